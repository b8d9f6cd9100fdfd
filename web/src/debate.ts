// The debate that is open: its motion, its exchanges, and the reply that runs.
import { client, keyed, patience, refusal } from "./api.ts";
import { byId, element } from "./element.ts";
import { type Listener, type Open, type Place, follow } from "./follow.ts";
import { type Conversation, Order, Stance, type Turn, TurnState } from "./gen/debate/v1/debate_pb.ts";
import { type Outgoing, newRequestId } from "./session.ts";
import { Exchange } from "./exchange.ts";

// Host is what a debate tells the page around it.
export interface Host {
  // acknowledged says that the service has stored what was sent.
  acknowledged(conversation: Conversation): void;
  // changed says that the conversation is another than the lists show.
  changed(conversation: Conversation): void;
  // running says whether a reply can be stopped now.
  running(yes: boolean): void;
  announce(text: string): void;
  complain(error: unknown): void;
}

// turnsPerPage are read at once, and kept in one box of the page: the browser
// then has few boxes to look at when a reply grows in the last one.
const turnsPerPage = 20;

export class Debate {
  conversation: Conversation | undefined;

  private readonly exchanges: Exchange[] = [];
  private earlier = "";
  private readonly ended = new AbortController();
  private follower: Exchange | undefined;
  private atEnd = true;
  private top = 0;

  private readonly scroller = byId("scroller", HTMLElement);
  private readonly log = byId("log", HTMLElement);
  private readonly motion = byId("motion", HTMLElement);
  private readonly sides = byId("sides", HTMLElement);
  private readonly older = byId("earlier", HTMLButtonElement);

  constructor(private readonly host: Host) {
    this.log.replaceChildren();
    this.describe();
    this.older.hidden = true;
    const here = { signal: this.ended.signal };
    this.older.addEventListener("click", () => void this.showEarlier(), here);
    this.scroller.addEventListener("scroll", () => {
      // Text that came meanwhile moves the end away, but only a person scrolls up.
      const { scrollHeight, scrollTop, clientHeight } = this.scroller;
      const near = scrollHeight - scrollTop - clientHeight < 40;
      this.atEnd = near || (this.atEnd && scrollTop >= this.top);
      this.top = scrollTop;
    }, { ...here, passive: true });
    // Whatever grows or shrinks, the end stays in sight of who was there.
    const sizes = new ResizeObserver(() => this.keepAtEnd());
    sizes.observe(byId("debate", HTMLElement));
    sizes.observe(this.scroller);
    this.ended.signal.addEventListener("abort", () => sizes.disconnect());
  }

  get busy(): boolean {
    return this.follower !== undefined;
  }

  // close leaves the debate; a reply that runs goes on without the page.
  close(): void {
    this.ended.abort();
  }

  // open shows a conversation from its latest turns, and follows a reply that runs.
  async open(id: string): Promise<void> {
    const options = { ...patience, signal: this.ended.signal };
    const [{ conversation }, { turns, nextPageToken }] = await keyed(() => Promise.all([
      client.getConversation({ conversationId: id }, options),
      client.listTurns({ conversationId: id, pageSize: turnsPerPage, order: Order.LATEST_FIRST }, options),
    ]));
    if (this.ended.signal.aborted || conversation === undefined) return;
    this.describe(conversation);
    this.log.replaceChildren();
    this.exchanges.length = 0;
    for (const turn of turns.reverse()) this.add(this.exchange(turn));
    this.earlier = nextPageToken;
    this.older.hidden = nextPageToken === "";
    this.atEnd = true;
    this.keepAtEnd();
    const latest = this.exchanges.at(-1);
    if (latest?.turn?.state === TurnState.RUNNING) {
      latest.forget(); // the reply comes whole: what is stored may be the one of the attempt before
      void this.run(latest, { turnId: latest.turn.id, attempt: latest.turn.attempt, offset: 0n });
    } else {
      this.offerRetry();
    }
  }

  // send takes a turn. It resolves when the service has answered for it, and
  // throws if that was a refusal.
  async send(out: Outgoing): Promise<void> {
    this.dropRetry();
    const exchange = new Exchange(out.message);
    exchange.speaker = this.conversation?.persona ?? out.persona;
    this.add(exchange);
    this.atEnd = true;
    this.keepAtEnd();
    const acknowledged = await this.run(exchange, ({ signal }) => client.chatStream(out, { signal }));
    if (acknowledged !== undefined) {
      exchange.remove();
      this.exchanges.splice(this.exchanges.indexOf(exchange), 1);
      this.offerRetry();
      throw acknowledged;
    }
  }

  // stop ends the reply that runs; its end then comes the usual way.
  async stop(): Promise<void> {
    const turnId = this.follower?.turn?.id;
    if (turnId === undefined) return;
    try {
      await keyed(() => client.stopTurn({ turnId }, patience));
    } catch (error) {
      if (refusal(error).reason !== "TURN_NOT_RUNNING") this.host.complain(error);
    }
  }

  describe(conversation?: Conversation): void {
    this.conversation = conversation;
    const stance = conversation?.stance ?? Stance.UNSPECIFIED;
    this.motion.textContent = conversation === undefined ? "" : conversation.topic || "No motion yet";
    this.motion.dir = "auto";
    this.log.lang = conversation?.language || "en";
    this.motion.lang = this.log.lang;
    const bot = { [Stance.UNSPECIFIED]: "", [Stance.PRO]: "for", [Stance.CON]: "against" }[stance];
    const user = { "": "", for: "against", against: "for" }[bot] ?? "";
    byId("debate", HTMLElement).dataset["bot"] = bot;
    this.sides.replaceChildren();
    if (bot !== "") {
      this.sides.append(
        element("span", { className: "side user" }, "You ", element("b", {}, user)),
        element("span", { className: "side bot" }, element("bdi", {}, conversation?.persona || "Bot"), " ", element("b", {}, bot)));
    }
    document.title = conversation?.title ? `${conversation.title} – Debate` : "Debate";
  }

  private exchange(turn: Turn): Exchange {
    const exchange = new Exchange(turn.message);
    exchange.speaker = this.conversation?.persona ?? "";
    exchange.show(turn);
    return exchange;
  }

  private add(exchange: Exchange): void {
    let box = this.log.lastElementChild;
    if (box === null || box.childElementCount >= 2 * turnsPerPage) {
      box = element("div", { className: "box" });
      this.log.append(box);
    }
    box.append(exchange.user, exchange.bot);
    this.exchanges.push(exchange);
  }

  private async showEarlier(): Promise<void> {
    const id = this.conversation?.id;
    if (id === undefined) return;
    this.older.disabled = true;
    try {
      const { turns, nextPageToken } = await keyed(() => client.listTurns(
        { conversationId: id, pageSize: turnsPerPage, order: Order.LATEST_FIRST, pageToken: this.earlier },
        { ...patience, signal: this.ended.signal }));
      const below = this.scroller.scrollHeight - this.scroller.scrollTop;
      const more = turns.reverse().map((turn) => this.exchange(turn));
      this.log.prepend(element("div", { className: "box" }, ...more.flatMap((e) => [e.user, e.bot])));
      this.exchanges.unshift(...more);
      this.earlier = nextPageToken;
      this.older.hidden = nextPageToken === "";
      this.scroller.scrollTop = this.scroller.scrollHeight - below;
    } catch (error) {
      if (!this.ended.signal.aborted) this.host.complain(error);
    } finally {
      this.older.disabled = false;
    }
  }

  // run follows a reply to its end. It returns the error of a call that was
  // refused before the service acknowledged anything.
  private async run(exchange: Exchange, begin: Open | Place): Promise<unknown> {
    const signal = this.ended.signal;
    let started = typeof begin !== "function";
    const listener: Listener = {
      started: (conversation, turn) => {
        started = true;
        this.describe(conversation);
        exchange.speaker = conversation.persona;
        exchange.turn = turn;
        this.host.acknowledged(conversation);
        this.host.running(true);
      },
      said: (text) => exchange.say(text),
      restarted: () => exchange.forget(),
      connected: (yes) => exchange.tell(yes ? "" : "The connection is lost. Trying again…"),
    };
    this.follower = exchange;
    this.host.announce("The bot is answering.");
    this.host.running(started);
    exchange.waiting(true);
    try {
      const turn = await follow(begin, listener, signal);
      if (signal.aborted) return undefined;
      exchange.show(turn);
      this.host.announce(`Bot: ${turn.reply} ${exchange.outcome}`);
    } catch (error) {
      if (signal.aborted) return undefined;
      exchange.waiting(false);
      if (!started) return error;
      const { text } = refusal(error);
      const again = element("button", { type: "button", className: "quiet" }, "Reconnect");
      again.addEventListener("click", () => void this.reload());
      exchange.tell(text, again);
      return undefined;
    } finally {
      this.follower = undefined;
      if (!signal.aborted) this.host.running(false);
    }
    this.offerRetry();
    await this.refresh();
    return undefined;
  }

  // reload shows the debate as the service has it.
  async reload(): Promise<void> {
    const id = this.conversation?.id;
    if (id === undefined) return;
    try {
      await this.open(id);
    } catch (error) {
      if (!this.ended.signal.aborted) this.host.complain(error);
    }
  }

  // refresh reads what a turn may have changed: topic, side, title, time.
  private async refresh(): Promise<void> {
    const id = this.conversation?.id;
    if (id === undefined) return;
    try {
      const { conversation } = await client.getConversation({ conversationId: id }, { ...patience, signal: this.ended.signal });
      if (conversation === undefined || this.ended.signal.aborted) return;
      this.describe(conversation);
      this.host.changed(conversation);
      const [latest, before] = [this.exchanges.at(-1)?.turn, this.exchanges.at(-2)?.turn];
      const complete = latest?.number === conversation.turnCount && (before?.number ?? 0) + 1 === latest.number;
      if (!this.busy && !complete) await this.open(id); // another tab took turns
    } catch {
      // the reply is there; the heading can wait for the next one
    }
  }

  private offerRetry(): void {
    const latest = this.exchanges.at(-1);
    const turn = latest?.turn;
    if (latest === undefined || turn === undefined) return;
    if (![TurnState.STOPPED, TurnState.FAILED, TurnState.INTERRUPTED].includes(turn.state)) return;
    const again = element("button", { type: "button", className: "quiet" }, "Try again");
    again.addEventListener("click", () => void this.retry(latest, turn));
    latest.tell(latest.outcome, again);
  }

  private dropRetry(): void {
    const latest = this.exchanges.at(-1);
    latest?.tell(latest.outcome);
  }

  private async retry(exchange: Exchange, turn: Turn): Promise<void> {
    const request = { turnId: turn.id, requestId: newRequestId() };
    exchange.forget();
    const refused = await this.run(exchange, ({ signal }) => client.retryTurn(request, { signal }));
    if (refused === undefined) return;
    this.host.complain(refused);
    exchange.show(turn);
    this.offerRetry();
  }

  // keepAtEnd scrolls, but only for who was at the end.
  private keepAtEnd(): void {
    if (!this.atEnd) return;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.top = this.scroller.scrollTop;
  }
}
