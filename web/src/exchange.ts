// One exchange on the page: what the person said, and what the bot says.
import { element } from "./element.ts";
import { type Turn, TurnState } from "./gen/debate/v1/debate_pb.ts";

export class Exchange {
  readonly user: HTMLElement;
  readonly bot: HTMLElement;
  turn: Turn | undefined;

  private readonly reply = document.createTextNode("");
  private readonly text = element("p", { className: "text", dir: "auto" }, this.reply);
  private readonly who = element("span", { className: "who" });
  private readonly model = element("span", { className: "model" });
  private readonly note = element("p", { className: "note" });

  constructor(message: string) {
    this.user = element("article", { className: "speech user" },
      element("header", {}, element("span", { className: "who" }, "You")),
      element("p", { className: "text", dir: "auto" }, message));
    this.bot = element("article", { className: "speech bot" },
      element("header", {}, this.who, this.model), this.text, this.note);
    this.speaker = "";
    this.waiting(true);
  }

  set speaker(persona: string) {
    this.who.textContent = persona === "" ? "Bot" : persona;
  }

  // outcome says in a sentence how the turn ended, if it did not complete.
  get outcome(): string {
    return this.turn === undefined ? "" : outcome(this.turn);
  }

  // say appends a piece; what it costs does not depend on the debate's length.
  say(piece: string): void {
    this.reply.appendData(piece);
  }

  // waiting shows that the reply is being made.
  waiting(yes: boolean): void {
    this.bot.classList.toggle("waiting", yes);
  }

  forget(): void {
    this.reply.data = "";
    this.note.replaceChildren();
  }

  // tell puts a sentence below the reply, and something to do about it.
  tell(text: string, ...actions: HTMLElement[]): void {
    this.note.replaceChildren(text, ...actions);
  }

  // show puts the turn as the service has it on the page.
  show(turn: Turn): void {
    this.turn = turn;
    if (this.reply.data !== turn.reply) this.reply.data = turn.reply;
    this.model.textContent = turn.model === "offline" ? "offline opponent" : turn.model;
    this.model.title = turn.model === "offline" ? "Built into the service: no language model is at work" : "";
    this.waiting(turn.state === TurnState.RUNNING);
    this.bot.classList.toggle("broken", turn.state !== TurnState.COMPLETED && turn.state !== TurnState.RUNNING);
    this.tell(outcome(turn));
  }

  remove(): void {
    this.user.remove();
    this.bot.remove();
  }
}

function outcome(turn: Turn): string {
  const why = turn.failure?.message ?? "";
  switch (turn.state) {
    case TurnState.STOPPED:
      return "You stopped this reply.";
    case TurnState.FAILED:
      return why === "" ? "No reply could be made." : `No reply could be made: ${why}.`;
    case TurnState.INTERRUPTED:
      return why === "" ? "This reply was interrupted." : `This reply was interrupted: ${why}.`;
    default:
      return "";
  }
}
