// One exchange on the page: what the person said, and what the bot says.
import { element } from "./element.ts";
import { type Turn, TurnKind, TurnState } from "./gen/debate/v1/debate_pb.ts";

export class Exchange {
  readonly user: HTMLElement;
  readonly bot: HTMLElement;
  turn: Turn | undefined;

  private readonly reply = document.createTextNode("");
  private readonly text = element("p", { className: "text", dir: "auto" }, this.reply);
  private readonly who = element("span", { className: "who", dir: "auto" });
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
    this.model.textContent = opponents[turn.model] ?? turn.model;
    this.model.title = turn.model === "offline" ? "Built into the service: no language model is at work" : "";
    const apart = apartFromDebate.has(turn.kind);
    this.user.classList.toggle("apart", apart);
    this.bot.classList.toggle("apart", apart);
    this.waiting(turn.state === TurnState.RUNNING);
    this.bot.classList.toggle("broken", turn.state !== TurnState.COMPLETED && turn.state !== TurnState.RUNNING);
    this.tell(outcome(turn), ...this.offers(turn));
  }

  // offers is a button that starts a new debate, where the turn named its topic.
  private offers(turn: Turn): HTMLElement[] {
    if (turn.newTopic === "") return [];
    const button = element("button", { type: "button", className: "quiet" }, `New debate: ${turn.newTopic}`);
    button.addEventListener("click", () => this.bot.dispatchEvent(new CustomEvent("newtopic", { bubbles: true, detail: turn.newTopic })));
    return [button];
  }

  remove(): void {
    this.user.remove();
    this.bot.remove();
  }
}

// opponents are shown by another name than the service's.
const opponents: Record<string, string> = { offline: "built-in opponent", gate: "" };

// apartFromDebate are the kinds of turns that take no side, and are shown without one.
const apartFromDebate = new Set([TurnKind.INVITATION, TurnKind.ASIDE, TurnKind.DECLINED, TurnKind.CARE]);

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
