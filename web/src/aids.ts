// What helps the person in a debate: points that they could make, the clock of its
// format, and what there is to do when it is over.
import * as after from "./after.ts";
import { client, keyed, patience } from "./api.ts";
import type { Debate } from "./debate.ts";
import { byId, element } from "./element.ts";
import { Speaker } from "./gen/debate/v1/debate_pb.ts";
import { clockOf, formatOf } from "./formats.ts";
import { complain } from "./notice.ts";
import { words } from "./words.ts";

export class Aids {
  private readonly box = byId("aids", HTMLElement);
  // asks are the buttons that ask for points, by whose side to make the best case
  // for; none asks what to say next.
  private readonly asks = ([["hint", Speaker.UNSPECIFIED], ["steelman-user", Speaker.USER], ["steelman-bot", Speaker.BOT]] as const)
    .map(([id, steelman]) => ({ button: byId(id, HTMLButtonElement), steelman }));
  private readonly hints = byId("hints", HTMLElement);
  private readonly clock = byId("clock", HTMLElement);
  private readonly ended = byId("ended", HTMLElement);
  private debate: Debate | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private offered = ""; // the debate at whose end something is offered

  constructor(private readonly write: (text: string) => void) {
    for (const { button, steelman } of this.asks) button.addEventListener("click", () => void this.suggest(steelman));
  }

  // show puts on the page what helps in a debate; editing says that something is
  // said differently, which goes on in a copy.
  show(debate: Debate | undefined, editing: boolean): void {
    const open = debate?.conversation;
    const watched = open?.duel !== undefined;
    const over = watched || (open?.over === true && debate?.busy === false);
    if (this.debate !== debate) this.forget();
    this.debate = debate;
    // Its place is kept while a debate is fetched or begins, so that nothing moves then.
    this.box.hidden = debate === undefined || over || (open?.topic === "" && !debate.busy);
    this.able(true);
    this.ended.hidden = !over || editing;
    byId("write", HTMLElement).hidden = over && !editing;
    if (over && debate !== undefined && this.offered !== open.id) this.offer(debate, open.id);
    this.wind();
  }

  // forget takes away the points that were suggested.
  forget(): void {
    this.hints.replaceChildren();
    this.hints.hidden = true;
    this.offered = "";
  }

  private able(yes: boolean): void {
    for (const { button } of this.asks) button.disabled = !yes || this.debate?.busy !== false || !this.debate.conversation?.topic;
  }

  private async suggest(steelman: Speaker): Promise<void> {
    const asked = this.debate;
    const conversationId = asked?.conversation?.id;
    if (conversationId === undefined) return;
    this.able(false);
    try {
      const { points } = await keyed(() => client.suggestPoints({ conversationId, steelman }, patience));
      if (this.debate !== asked) return;
      this.hints.hidden = false;
      this.hints.replaceChildren(...points.map((point) => {
        // The bot's case is to be read, not to be said.
        if (steelman === Speaker.BOT) return element("p", { dir: "auto" }, point);
        const button = element("button", { type: "button", className: "quiet", dir: "auto", ariaLabel: words.takes(point) }, point);
        button.addEventListener("click", () => this.write(point));
        return button;
      }), ...(points.length === 0 ? [words.noHint] : []));
    } catch (error) {
      complain(error);
    } finally {
      this.able(true);
    }
  }

  // wind has the clock run from the end of the latest reply on.
  private wind(): void {
    clearInterval(this.timer);
    const debate = this.debate;
    const clock = clockOf(formatOf(debate?.conversation));
    const since = debate?.latestTurn?.finishTime;
    this.clock.hidden = clock === 0 || since === undefined || this.box.hidden || debate?.busy === true;
    if (this.clock.hidden || since === undefined) return;
    // The service's clock may go ahead of this one.
    const until = Math.min(Number(since.seconds) * 1000, Date.now()) + clock;
    const tick = (): void => {
      const left = Math.ceil((until - Date.now()) / 1000);
      this.clock.textContent = left > 0 ? words.left(`${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`) : words.timeIsUp;
      if (left <= 0) clearInterval(this.timer);
    };
    this.timer = setInterval(tick, 1000);
    tick();
  }

  // offer is what can follow a debate that is over.
  private offer(debate: Debate, id: string): void {
    this.offered = id;
    if (debate.conversation?.duel !== undefined) {
      this.ended.replaceChildren(element("p", {}, words.watched));
      return;
    }
    const verdict = element("button", { type: "button" }, words.after.ask);
    verdict.addEventListener("click", () => void after.open("verdict", debate, true));
    const further = after.goOn(id, debate);
    if (formatOf(debate.conversation)?.asksVerdict !== true) further[0]?.classList.remove("quiet");
    const choices = element("p", { className: "choices" }, verdict, ...further);
    this.ended.replaceChildren(element("p", {}, words.over), choices);
    if (formatOf(debate.conversation)?.asksOpinion) choices.before(after.opinion(id, debate));
  }
}
