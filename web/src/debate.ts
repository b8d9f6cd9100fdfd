// The debate that is open: its motion, its exchanges, and the reply that runs.
import { Cancelled, client, keyed, patience, refusal } from "./api.ts";
import { breathe } from "./breath.ts";
import { byId, element } from "./element.ts";
import { type Listener, type Open, type Place, follow } from "./follow.ts";
import { type Conversation, type ErrorReason, Order, type Quote, Speaker, Stance, type Turn, TurnKind, TurnState } from "./gen/debate/v1/debate_pb.ts";
import { type Outgoing, newRequestId } from "./session.ts";
import { Exchange, loadMarkdown, speakersOf } from "./exchange.ts";
import { showPhases } from "./formats.ts";
import { time } from "./history.ts";
import { languageOf } from "./script.ts";
import { Thumbs } from "./thumbs.ts";
import { hush, listenButton } from "./voice.ts";
import { when, words } from "./words.ts";

// Host is what a debate tells the page around it.
export interface Host {
  // acknowledged says that the service has stored what was sent; own that it was here.
  acknowledged(conversation: Conversation, own: boolean): void;
  // changed says that the conversation is another than the lists show; own that it
  // was by what was done here.
  changed(conversation: Conversation, own: boolean): void;
  // running says what can be done about a reply: it is sent, it runs, or neither.
  running(stage: "sending" | "running" | ""): void;
  announce(text: string): void;
  complain(error: unknown): void;
  // edit has the person change what they said in a turn.
  edit(turn: Turn): void;
  // fork goes on in a copy that ends with a turn.
  fork(turn: Turn): void;
  // motions are the curated ones, once they are known.
  motions(): Promise<string[]>;
}

// turnsPerPage are read at once, and kept in one box of the page: the browser
// then has few boxes to look at when a reply grows in the last one.
const turnsPerPage = 20;

// checkedAfter is when a second look at a reply is looked for, in milliseconds since
// the time before. The service takes no longer than half a minute for it.
const checkedAfter = [2000, 4000, 9000, 17_000];

// hopeless are failures that the same message would only meet again.
// INVALID_ARGUMENT, TOPIC_REFUSED, MESSAGE_REFUSED. By name the whole list of reasons
// would be a part of the page.
const hopeless = new Set<ErrorReason>([1, 8, 9]);

// repeatable says whether the same message can have another answer. What an operator has
// to mend first, such as a wrong key, is known by the service's words only.
function repeatable({ failure }: Turn): boolean {
  return failure === undefined || !hopeless.has(failure.reason) && !failure.message.includes("its operator has to");
}

export class Debate {
  conversation: Conversation | undefined;

  private readonly exchanges: Exchange[] = [];
  private earlier = "";
  private readonly ended = new AbortController();
  private follower: Exchange | undefined;
  // sending ends the wait for the service's answer to a message.
  private sending: AbortController | undefined;
  private atEnd = true;
  private top = 0;

  private readonly scroller = byId("scroller", HTMLElement);
  private readonly log = byId("log", HTMLElement);
  private readonly motion = byId("motion", HTMLElement);
  private readonly name = byId("name", HTMLElement);
  private readonly phase = byId("phase", HTMLElement);
  private readonly phases = byId("phases", HTMLOListElement);
  private readonly sides = byId("sides", HTMLElement);
  private readonly older = byId("earlier", HTMLButtonElement);
  private readonly latest = byId("latest", HTMLButtonElement);

  constructor(private readonly host: Host) {
    void loadMarkdown();
    this.log.replaceChildren();
    this.describe();
    this.older.hidden = true;
    const here = { signal: this.ended.signal };
    this.older.addEventListener("click", () => void this.showEarlier(turnsPerPage), here);
    this.latest.addEventListener("click", () => {
      this.atEnd = true;
      this.keepAtEnd();
    }, here);
    this.scroller.addEventListener("scroll", () => {
      // Text that came meanwhile moves the end away, but only a person scrolls up.
      const { scrollHeight, scrollTop, clientHeight } = this.scroller;
      const near = scrollHeight - scrollTop - clientHeight < 40;
      this.atEnd = near || (this.atEnd && scrollTop >= this.top);
      this.top = scrollTop;
      const away = !this.atEnd && scrollHeight - scrollTop - clientHeight > clientHeight / 2;
      if (this.latest.hidden === away) this.latest.hidden = !away;
    }, { ...here, passive: true });
    // Whatever grows or shrinks, the end stays in sight of who was there, and what the
    // focus goes to does not lie under the heading.
    const debate = byId("debate", HTMLElement);
    const heading = debate.querySelector("header") as HTMLElement;
    const sizes = new ResizeObserver(() => {
      this.scroller.style.scrollPaddingTop = getComputedStyle(heading).position === "sticky" ? `${heading.offsetHeight + 8}px` : "";
      this.keepAtEnd();
    });
    sizes.observe(debate);
    sizes.observe(heading);
    sizes.observe(this.scroller);
    this.ended.signal.addEventListener("abort", () => {
      sizes.disconnect();
      this.latest.hidden = true;
    });
  }

  get busy(): boolean {
    return this.follower !== undefined;
  }

  // takes says whether something can be said in it: not while a reply runs, nor before the
  // debate has come.
  get takes(): boolean {
    return !this.busy && this.conversation !== undefined;
  }

  get latestTurn(): Turn | undefined {
    return this.exchanges.at(-1)?.turn;
  }

  // close leaves the debate; a reply that runs goes on without the page.
  close(): void {
    this.ended.abort();
    hush();
    for (const exchange of this.exchanges) exchange.await("");
    document.body.removeAttribute("data-care");
    if ("highlights" in CSS) CSS.highlights.delete("quote");
  }

  // open shows a conversation from its latest turns, and follows a reply that runs.
  async open(id: string): Promise<void> {
    const options = { ...patience, signal: this.ended.signal };
    const [{ conversation }, { turns, nextPageToken }] = await keyed(() => Promise.all([
      breathe().then(() => client.getConversation({ conversationId: id }, options)),
      breathe(2).then(() => client.listTurns({ conversationId: id, pageSize: turnsPerPage, order: Order.LATEST_FIRST }, options)),
      loadMarkdown(),
      breathe(3).then(() => when(new Date())), // the first time of day takes the browser a while
    ]));
    if (this.ended.signal.aborted || this.busy || conversation === undefined) return; // what was said meanwhile is followed
    this.describe(conversation);
    this.log.replaceChildren();
    this.exchanges.length = 0;
    for (const turn of turns.reverse()) this.add(this.exchange(turn));
    this.earlier = nextPageToken;
    this.older.hidden = nextPageToken === "";
    this.atEnd = true;
    this.goOn();
  }

  // goOn follows the latest reply, or offers what can be done with it.
  private goOn(): void {
    this.keepAtEnd();
    const latest = this.exchanges.at(-1);
    if (latest?.turn?.state === TurnState.RUNNING) {
      latest.forget(); // the reply comes whole: what is stored may be the one of the attempt before
      void this.run(latest, { turnId: latest.turn.id, attempt: latest.turn.attempt, offset: 0n });
    } else {
      this.offer();
    }
  }

  // sync shows what another tab or device did meanwhile.
  async sync(conversation: Conversation): Promise<void> {
    if (this.busy || this.outdated(conversation)) return;
    this.describe(conversation);
    await this.catchUp(conversation);
  }

  // outdated says whether it is known what a conversation became later: answers overtake
  // each other on a slow line.
  private outdated(conversation: Conversation): boolean {
    return this.conversation !== undefined && time(conversation) < time(this.conversation);
  }

  // shows says whether the latest turn is shown as it is now, written as its id,
  // attempt and state.
  shows(turn?: string): boolean {
    const latest = this.latestTurn;
    return latest !== undefined && turn === [latest.id, latest.attempt, TurnState[latest.state].toLowerCase()].join();
  }

  // send takes a turn. It resolves when the service has answered for it, and
  // throws if that was a refusal.
  async send(out: Outgoing): Promise<void> {
    hush();
    this.withdraw();
    const exchange = new Exchange(out.message);
    exchange.speakers = speakersOf(this.conversation, this.conversation?.persona ?? out.persona);
    this.add(exchange);
    this.atEnd = true;
    this.keepAtEnd();
    const acknowledged = await this.run(exchange, ({ signal }) => client.chatStream(out, { signal }));
    if (acknowledged !== undefined) {
      exchange.remove();
      this.exchanges.splice(this.exchanges.indexOf(exchange), 1);
      this.offer();
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

  // light shows where words were said, and goes to the first of them.
  async light(quotes: Quote[], go = true): Promise<void> {
    const missing = (): boolean => quotes.some((q) => !this.exchanges.some((e) => e.turn?.id === q.turnId));
    if (missing()) await this.loadAll();
    const ranges = quotes.flatMap((q) => this.exchanges.find((e) => e.turn?.id === q.turnId)
      ?.find(q.speaker === Speaker.USER ? "user" : "bot", q.text) ?? []);
    if ("highlights" in CSS) CSS.highlights.set("quote", new Highlight(...ranges));
    const first = ranges[0];
    if (!go || first === undefined) return;
    this.atEnd = false;
    first.startContainer.parentElement?.scrollIntoView({ block: "center" });
  }

  // cancel no longer waits for the service to answer for a message.
  cancel(): void {
    this.sending?.abort();
  }

  describe(conversation?: Conversation): void {
    this.conversation = conversation;
    const stance = conversation?.stance ?? Stance.UNSPECIFIED;
    const topic = conversation?.topic ?? "";
    const title = conversation?.title ?? "";
    this.motion.textContent = conversation === undefined ? "" : topic || title || words.noMotion;
    this.motion.title = this.motion.textContent;
    this.motion.dir = "auto";
    this.name.textContent = title;
    // A name that the person gave is none that was made of the motion.
    this.name.hidden = topic === "" || title === "" || topic.toLowerCase().startsWith(title.replace(/(…|\.+)$/, "").toLowerCase());
    showPhases(conversation, this.phases, this.phase);
    this.log.lang = conversation?.language || "en";
    this.motion.lang = languageOf(this.motion.textContent ?? "", this.log.lang);
    const bot = { [Stance.UNSPECIFIED]: "", [Stance.PRO]: "for", [Stance.CON]: "against" }[stance] as "" | "for" | "against";
    document.body.dataset["bot"] = bot;
    this.sides.replaceChildren();
    if (bot !== "") {
      const speakers = speakersOf(conversation);
      this.sides.append(
        element("span", { className: "side user" }, element("bdi", {}, speakers[0]), " ", element("b", {}, bot === "for" ? words.against : words.for)),
        element("span", { className: "side bot" }, element("bdi", {}, speakers[1]), " ", element("b", {}, words[bot])),
        element("span", { className: "level" }, words.levels[conversation?.difficulty ?? 0] ?? ""));
    }
    entitle(title === "" ? words.debate : `${title} – ${words.debate}`);
  }

  private exchange(turn: Turn): Exchange {
    const exchange = new Exchange(turn.message);
    exchange.speakers = speakersOf(this.conversation);
    exchange.show(turn);
    this.offerCopy(exchange);
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

  private async showEarlier(pageSize: number): Promise<void> {
    const id = this.conversation?.id;
    if (id === undefined) return;
    const before = this.earlier;
    this.older.disabled = true;
    try {
      const { turns, nextPageToken } = await keyed(() => client.listTurns(
        { conversationId: id, pageSize, order: Order.LATEST_FIRST, pageToken: before },
        { ...patience, signal: this.ended.signal }));
      if (this.earlier !== before) return; // all was shown anew meanwhile
      const below = this.scroller.scrollHeight - this.scroller.scrollTop;
      const more = turns.reverse().map((turn) => this.exchange(turn));
      for (let end = more.length; end > 0; end -= turnsPerPage) {
        this.log.prepend(element("div", { className: "box" },
          ...more.slice(Math.max(0, end - turnsPerPage), end).flatMap((e) => [e.user, e.bot])));
      }
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

  // loadAll shows every turn, 200 at a time. It says whether that went well.
  async loadAll(): Promise<boolean> {
    while (this.earlier !== "") {
      const before = this.earlier;
      await this.showEarlier(200);
      if (this.earlier === before || this.ended.signal.aborted) return false;
    }
    return true;
  }

  // toFirst goes to the beginning of the debate.
  async toFirst(): Promise<void> {
    this.atEnd = false;
    if (await this.loadAll()) this.scroller.scrollTop = 0;
  }

  // run follows a reply to its end. It returns the error of a call that was
  // refused before the service acknowledged anything.
  private async run(exchange: Exchange, begin: Open | Place): Promise<unknown> {
    const line = new AbortController();
    const leave = (): void => line.abort();
    this.ended.signal.addEventListener("abort", leave);
    const own = typeof begin === "function";
    let started = !own;
    const claimed = (conversation: Conversation | undefined): string => (conversation?.topic ? words.thinking : words.readingClaim);
    const listener: Listener = {
      started: (conversation, turn) => {
        started = true;
        this.sending = undefined;
        this.describe(conversation);
        exchange.speakers = speakersOf(conversation);
        exchange.turn = turn;
        exchange.await(claimed(conversation));
        this.host.acknowledged(conversation, own);
        this.host.running("running");
      },
      found: (conversation) => {
        this.describe(conversation);
        exchange.await(words.thinking);
        this.host.changed(conversation, own);
      },
      said: (text) => exchange.say(text),
      restarted: () => exchange.forget(),
      connected: (yes, pause) => (yes ? exchange.tell("") : this.tellLost(exchange, pause)),
    };
    this.follower = exchange;
    if (!started) this.sending = line;
    this.host.announce(words.answering);
    this.host.running(started ? "running" : "sending");
    exchange.waiting(true);
    exchange.await(started ? claimed(this.conversation) : words.sending);
    try {
      const turn = await follow(begin, listener, line.signal);
      if (this.ended.signal.aborted) return undefined;
      exchange.show(turn);
      this.host.announce(`${speakersOf(this.conversation)[1]}: ${turn.reply} ${exchange.outcome}`);
      if (document.hidden) noticeInTitle();
    } catch (error) {
      if (this.ended.signal.aborted) return undefined;
      exchange.waiting(false);
      if (!started) return line.signal.aborted ? new Cancelled() : error;
      const again = element("button", { type: "button", className: "quiet" }, words.reconnect);
      again.addEventListener("click", () => void this.reload());
      exchange.tell(refusal(error).text, again);
      return undefined;
    } finally {
      this.ended.signal.removeEventListener("abort", leave);
      this.follower = undefined;
      this.sending = undefined;
      if (!this.ended.signal.aborted) this.host.running("");
    }
    this.offer();
    await this.refresh(own);
    void this.lookForCheck(exchange);
    return undefined;
  }

  // lookForCheck shows the second look at a model's reply, which comes after it.
  private async lookForCheck(exchange: Exchange): Promise<void> {
    for (const pause of checkedAfter) {
      const turn = exchange.turn;
      if (turn?.kind !== TurnKind.ARGUMENT || turn.model === "offline" || turn.stanceCheck !== undefined) return;
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (this.ended.signal.aborted || this.busy || this.exchanges.at(-1) !== exchange) return;
      const now = await this.latestStored(turn.conversationId).catch(() => undefined);
      if (now?.stanceCheck === undefined || now.id !== turn.id || now.attempt !== turn.attempt || this.busy) continue;
      exchange.check(now);
      this.offer();
    }
  }

  private async latestStored(conversationId: string): Promise<Turn | undefined> {
    return (await client.listTurns({ conversationId, pageSize: 1, order: Order.LATEST_FIRST }, { ...patience, signal: this.ended.signal })).turns[0];
  }

  // tellLost counts down to the next try.
  private tellLost(exchange: Exchange, pause: number): void {
    exchange.await("");
    const left = element("span", { className: "left" });
    const now = element("button", { type: "button", className: "quiet" }, words.tryNow);
    now.addEventListener("click", () => dispatchEvent(new Event("online")));
    exchange.tell(words.lost, ...(pause < 2000 ? [] : [left, now]));
    const until = Date.now() + pause;
    const tick = (): void => {
      const seconds = Math.ceil((until - Date.now()) / 1000);
      if (seconds < 1 || !left.isConnected) clearInterval(clock);
      else left.textContent = words.inSeconds(seconds);
    };
    const clock = setInterval(tick, 1000);
    tick();
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

  // refresh reads what a turn or another tab may have changed: topic, side, title,
  // time, turns.
  private async refresh(own: boolean): Promise<void> {
    const id = this.conversation?.id;
    if (id === undefined) return;
    try {
      const { conversation } = await client.getConversation({ conversationId: id }, { ...patience, signal: this.ended.signal });
      if (conversation === undefined || this.ended.signal.aborted || this.outdated(conversation)) return;
      const moved = this.conversation === undefined || time(conversation) !== time(this.conversation);
      this.describe(conversation);
      if (moved) this.host.changed(conversation, own);
      if (!this.busy) await this.catchUp(conversation);
    } catch {
      // the reply is there; the heading can wait for the next one
    }
  }

  // catchUp shows the turns that came meanwhile below those that are shown, and all of
  // them anew where that is not all that happened.
  private async catchUp(conversation: Conversation): Promise<void> {
    const { id, turnCount } = conversation;
    const [latest, before] = [this.exchanges.at(-1)?.turn, this.exchanges.at(-2)?.turn];
    const missed = turnCount - (latest?.number ?? 0);
    if (missed < 0 || missed >= turnsPerPage || (latest !== undefined && (before?.number ?? 0) + 1 !== latest.number)) return this.open(id);
    const { turns } = await client.listTurns({ conversationId: id, pageSize: missed + 1, order: Order.LATEST_FIRST }, { ...patience, signal: this.ended.signal });
    if (this.busy) return;
    if (this.latestTurn?.id !== latest?.id) { // another look was faster
      if (turnCount > (this.latestTurn?.number ?? 0)) await this.catchUp(conversation);
      return;
    }
    const stored = turns.splice(missed)[0];
    if (stored?.id !== latest?.id || stored?.attempt !== latest?.attempt || stored?.state !== latest?.state) return this.open(id);
    if (missed === 0) return;
    this.withdraw();
    for (const turn of turns.reverse()) this.add(this.exchange(turn));
    this.goOn();
  }

  // offer puts what can be done with the latest exchange below it.
  private offer(): void {
    const before = this.exchanges.at(-2);
    if (before !== undefined) this.offerCopy(before);
    const latest = this.exchanges.at(-1);
    const turn = latest?.turn;
    if (latest === undefined || turn === undefined || turn.state === TurnState.RUNNING) return;
    if (this.conversation?.duel !== undefined) return this.offerCopy(latest);
    const again = quiet(words.tryAgain, () => void this.retry(latest, turn));
    const edit = quiet(words.edit, () => this.host.edit(turn));
    const broken = turn.state !== TurnState.COMPLETED;
    const argued = turn.kind !== TurnKind.CARE && turn.kind !== TurnKind.DECLINED;
    document.body.toggleAttribute("data-care", turn.kind === TurnKind.CARE);
    if (broken && repeatable(turn)) latest.tell(latest.outcome, again);
    this.offerCopy(latest, [edit], broken || !argued ? [] : [again], broken);
    void this.host.motions().then((motions) => this.exchanges.at(-1) === latest && !this.busy && latest.invite(motions));
  }

  private offerCopy(exchange: Exchange, user: HTMLElement[] = [], bot: HTMLElement[] = [], forks = true): void {
    const turn = exchange.turn;
    const thumbs = turn === undefined || this.conversation?.duel !== undefined ? undefined : new Thumbs().show(turn);
    const attempts = turn !== undefined && turn.attempt > 1 ? [this.attempts(exchange, turn, thumbs)] : [];
    const fork = turn === undefined || turn.state === TurnState.RUNNING || !forks ? [] : [quiet(words.forkHere, () => this.host.fork(turn))];
    const copied = (text: string): HTMLElement[] => (text === "" ? [] : [copyButton(text)]);
    const listen = exchange.text === "" ? [] : listenButton(exchange, () => exchange.language || this.log.lang);
    exchange.offer([copyButton(exchange.message), ...user], [...copied(exchange.text), ...listen, ...bot, ...(thumbs === undefined ? [] : [thumbs.box]), ...fork, ...attempts]);
  }

  // attempts is a switch between a turn's replies.
  private attempts(exchange: Exchange, turn: Turn, thumbs?: Thumbs): HTMLElement {
    let at = turn.attempt;
    const told = element("span", { role: "status" });
    const before = quiet("‹", () => void go(-1));
    const after = quiet("›", () => void go(1));
    before.ariaLabel = words.earlierReply;
    after.ariaLabel = words.laterReply;
    const show = (): void => {
      told.textContent = words.attempt(at, turn.attempt);
      before.disabled = at === 1;
      after.disabled = at === turn.attempt;
    };
    const go = async (step: number): Promise<void> => {
      at += step;
      show();
      const asked = at;
      try {
        const shown = asked === turn.attempt ? turn : await this.readAttempt(turn.id, asked);
        if (asked !== at || shown === undefined) return;
        exchange.view(shown.reply);
        thumbs?.show(shown);
      } catch (error) {
        if (!this.ended.signal.aborted) this.host.complain(error);
      }
    };
    show();
    return element("span", { className: "attempts" }, before, told, after);
  }

  private async readAttempt(turnId: string, attempt: number): Promise<Turn | undefined> {
    for await (const { event } of client.watchTurn({ turnId, attempt, offset: 0n }, { signal: this.ended.signal })) {
      if (event.case === "finished") return event.value.turn;
    }
    return undefined;
  }

  // withdraw takes back what was offered for the latest exchange.
  private withdraw(): void {
    const latest = this.exchanges.at(-1);
    if (latest === undefined) return;
    latest.tell(latest.outcome);
    this.offerCopy(latest);
  }

  private async retry(exchange: Exchange, turn: Turn): Promise<void> {
    const request = { turnId: turn.id, requestId: newRequestId() };
    exchange.offer([], []);
    exchange.forget();
    const refused = await this.run(exchange, ({ signal }) => client.retryTurn(request, { signal }));
    if (refused === undefined) return;
    this.host.complain(refused);
    exchange.show(turn);
    this.offer();
  }

  // keepAtEnd scrolls, but only for who was at the end.
  private keepAtEnd(): void {
    if (!this.atEnd) return;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.top = this.scroller.scrollTop;
  }
}

// quiet is a button that asks for no attention.
function quiet(text: string, act: () => void): HTMLButtonElement {
  const button = element("button", { type: "button", className: "quiet" }, text);
  button.addEventListener("click", act);
  return button;
}

export function copyButton(text: string): HTMLButtonElement {
  const button = quiet(words.copy, () => void copy(text).then((done) => {
    if (!done) return;
    button.textContent = words.copied;
    setTimeout(() => (button.textContent = words.copy), 1500);
  }));
  return button;
}

// copy works on plain http too, where there is no clipboard to write to.
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = element("textarea", { value: text, className: "unseen" });
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}

// unseen begins the tab's title while a reply that has ended was not looked at.
let unseen = "";

// entitle names the tab.
export function entitle(title: string): void {
  document.title = unseen + title;
}

// noticeInTitle says in the tab's title that a reply has ended, until it is looked at.
function noticeInTitle(): void {
  if (unseen !== "") return;
  unseen = `${words.replied} – `;
  entitle(document.title);
  document.addEventListener("visibilitychange", () => {
    document.title = document.title.slice(unseen.length);
    unseen = "";
  }, { once: true });
}
