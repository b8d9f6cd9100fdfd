// One exchange on the page: what the person said, and what the bot says.
import { byId, element } from "./element.ts";
import { type Conversation, type Turn, TurnKind, TurnState } from "./gen/debate/v1/debate_pb.ts";
import { languageOf } from "./script.ts";
import { when, words } from "./words.ts";

// Until there is Markdown a paragraph is just its text.
let render = (text: string): Node[] => text.split(/\n{2,}/).filter((p) => p !== "").map((p) => element("p", {}, p));
let markdown: Promise<void> | undefined;
let ready = false;

// loadMarkdown fetches what reads Markdown, once there is something to read.
export function loadMarkdown(): Promise<void> {
  return markdown ??= import("./markdown.ts").then((m) => {
    render = m.renderer(element);
    ready = true;
  }, () => undefined);
}

let count = 0;

// Speech is one side's part of an exchange, under a heading to find it by.
class Speech {
  readonly who = element("h2", { className: "who", dir: "auto" });
  readonly model = element("span", { className: "model" });
  readonly time = element("time");
  readonly text = element("div", { className: "text", dir: "auto" });
  readonly note = element("div", { className: "note" });
  readonly actions = element("p", { className: "actions" });
  readonly box: HTMLElement;

  constructor(side: "user" | "bot") {
    this.who.id = `speech-${++count}`;
    this.box = element("article", { className: `speech ${side}` },
      element("header", {}, this.who, this.model, this.time), this.text, this.note, this.actions);
    this.box.setAttribute("aria-labelledby", this.who.id);
  }
}

export class Exchange {
  readonly user: HTMLElement;
  readonly bot: HTMLElement;
  turn: Turn | undefined;

  private readonly said = new Speech("user");
  private readonly reply = new Speech("bot");
  // What has come is made paragraphs up to the last blank line; the rest is one text
  // that grows, which costs the same however long the reply is.
  private tail = document.createTextNode("");
  private tailBox = element("p", { className: "tail" }, this.tail);
  private readonly progress = element("p", { className: "progress" });
  private shown = "";
  private since = 0;
  private clock: ReturnType<typeof setInterval> | undefined;
  private stage = "";
  // grey says that the service did not keep all that is shown.
  private grey = false;

  constructor(readonly message: string) {
    this.user = this.said.box;
    this.bot = this.reply.box;
    this.said.text.append(message);
    this.reply.text.append(this.tailBox);
    this.reply.note.before(this.progress);
    this.speakers = speakersOf();
    this.waiting(true);
  }

  set speakers([user, bot]: Speakers) {
    this.said.who.textContent = user;
    this.reply.who.textContent = bot;
  }

  // text is the reply as far as it has come.
  get text(): string {
    return this.shown;
  }

  // language is that of the reply, where it is not the debate's.
  get language(): string {
    return this.reply.text.lang;
  }

  // spoken is the reply as it is read out, without marks of Markdown.
  get spoken(): string {
    return [...this.reply.text.children].map((e) => e.textContent).join("\n").trim();
  }

  // outcome says in a sentence how the turn ended, if it did not complete.
  get outcome(): string {
    return [...(this.turn === undefined ? [] : [outcome(this.turn), ...doubts(this.turn)]), this.grey ? words.greyIsHere : ""].filter((s) => s !== "").join(" ");
  }

  // say appends a piece; what it costs does not depend on the debate's length.
  say(piece: string): void {
    if (this.shown === "") this.await("");
    this.shown += piece;
    const open = piece.includes("\n") ? this.tail.data + piece : "";
    const end = lastBlankLine(open);
    if (end > 0) {
      this.close(open.slice(0, end), open.slice(end).replace(/^\n+/, ""));
    } else {
      this.tail.appendData(piece);
    }
  }

  // close makes paragraphs of a text, after which another begins. They take the place
  // of the one that grew: nothing that is seen moves.
  private close(block: string, rest: string): void {
    const grown = this.tailBox;
    this.tail = document.createTextNode(rest);
    this.tailBox = element("p", { className: "tail" }, this.tail);
    grown.replaceWith(...render(block), this.tailBox);
  }

  // waiting shows that the reply is being made.
  waiting(yes: boolean): void {
    this.bot.classList.toggle("waiting", yes);
    if (!yes) this.await("");
  }

  // await says what is waited for, and for how long, until there is a word.
  await(stage: string): void {
    if (stage === "" || this.shown !== "") {
      clearInterval(this.clock);
      this.clock = undefined;
      this.stage = "";
      this.progress.textContent = "";
      return;
    }
    if (this.clock === undefined) this.since = Date.now();
    this.stage = stage;
    this.clock ??= setInterval(() => this.tick(), 1000);
    this.tick();
  }

  private tick(): void {
    const seconds = Math.floor((Date.now() - this.since) / 1000);
    this.progress.textContent = seconds < 2 ? this.stage : `${this.stage} ${words.seconds(seconds)}`;
  }

  forget(): void {
    this.put("");
    this.reply.note.replaceChildren();
  }

  // put shows a whole text.
  private put(text: string, lost = ""): void {
    this.shown = text + lost;
    this.tail.data = "";
    const draw = (): void => this.reply.text.replaceChildren(...render(text), ...(lost === "" ? [] : [element("p", { className: "lost" }, lost)]), this.tailBox);
    draw();
    if (ready || text === "") return;
    void loadMarkdown().then(() => {
      if (this.shown === text + lost && this.tail.data === "" && !this.bot.classList.contains("waiting")) draw();
    });
  }

  // view shows another attempt's text, as long as nothing else is shown.
  view(text: string): void {
    this.put(text);
  }

  // find is where a side's words are on the page, whatever their Markdown became.
  find(speaker: "user" | "bot", wanted: string): Range | undefined {
    const box = (speaker === "user" ? this.said : this.reply).text;
    const places: [Text, number][] = [];
    let all = "";
    const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode as Text;
      for (let i = 0; i < node.data.length; i++) {
        if (unmarked(node.data.charAt(i)) === "") continue;
        places.push([node, i]);
        all += node.data.charAt(i);
      }
    }
    const plain = unmarked(wanted);
    const at = plain === "" ? -1 : all.indexOf(plain);
    const [from, to] = [places[at], places[at + plain.length - 1]];
    if (from === undefined || to === undefined) return undefined;
    const range = document.createRange();
    range.setStart(...from);
    range.setEnd(to[0], to[1] + 1);
    return range;
  }

  // tell puts a sentence below the reply, and something to do about it.
  tell(text: string, ...actions: HTMLElement[]): void {
    this.reply.note.replaceChildren(...(text === "" ? [] : [element("span", {}, text)]), ...actions);
  }

  // offer puts what can be done with either side's part below it.
  offer(user: HTMLElement[], bot: HTMLElement[]): void {
    this.said.actions.replaceChildren(...user);
    this.reply.actions.replaceChildren(...bot);
  }

  // show puts the turn as the service has it on the page. What was received and is
  // not kept stays, in grey.
  show(turn: Turn): void {
    this.turn = turn;
    const ended = turn.state !== TurnState.RUNNING;
    const broken = ended && turn.state !== TurnState.COMPLETED;
    const lost = broken && turn.state !== TurnState.STOPPED && this.shown.startsWith(turn.reply) ? this.shown.slice(turn.reply.length) : "";
    this.waiting(!ended);
    this.grey = lost !== "";
    if (ended && this.tail.data !== "" && this.shown === turn.reply) this.close(this.tail.data, ""); // it came whole
    else if (ended) this.put(turn.reply, lost);
    else if (this.shown !== turn.reply) this.resume(turn.reply);
    this.name(turn);
    for (const [{ time }, stamp] of [[this.said, turn.createTime], [this.reply, turn.finishTime]] as const) {
      const at = new Date(Number(stamp?.seconds ?? 0n) * 1000);
      time.dateTime = stamp === undefined ? "" : at.toISOString();
      time.textContent = stamp === undefined ? "" : when(at, true);
    }
    const language = byId("log", HTMLElement).lang;
    for (const [{ text }, said] of [[this.said, turn.message], [this.reply, turn.reply]] as const) {
      const own = languageOf(said, language);
      if (own === language) text.removeAttribute("lang");
      else text.lang = own;
    }
    const apart = apartFromDebate.has(turn.kind);
    this.user.classList.toggle("apart", apart);
    this.bot.classList.toggle("apart", apart);
    this.bot.classList.toggle("broken", broken);
    this.tell(this.outcome, ...this.offers(turn));
    if (turn.kind === TurnKind.CARE) void loadMarkdown().then(() => linkHelp(this.reply.text));
  }

  // name says who replied, and whether a second look found nothing amiss.
  private name(turn: Turn): void {
    const model = modelName(turn.model);
    const name = turn.model === "gate" || model === this.reply.who.textContent ? "" : model;
    const checked = turn.stanceCheck !== undefined && doubts(turn).length === 0;
    this.reply.model.textContent = [name, checked ? words.checked : ""].filter((s) => s !== "").join(" · ");
    this.reply.model.title = turn.model === "offline" ? words.builtInTitle : checked ? words.checkedTitle : "";
  }

  // check shows what a second look at the reply has found since.
  check(turn: Turn): void {
    this.turn = turn;
    this.name(turn);
    this.tell(this.outcome, ...this.offers(turn));
  }

  // resume shows the beginning of a reply that goes on.
  private resume(text: string): void {
    this.forget();
    this.say(text);
  }

  // offers is a button that starts a new debate, where the turn named its topic.
  private offers(turn: Turn): HTMLElement[] {
    if (turn.newTopic === "") return [];
    return [this.button(words.newDebate(turn.newTopic), "newtopic", turn.newTopic)];
  }

  // invite offers motions that the reply names.
  invite(motions: string[]): void {
    if (this.turn?.kind !== TurnKind.INVITATION) return;
    const named = motions.filter((m) => this.turn?.reply.includes(m.replace(/\.$/, "")));
    this.tell(this.outcome, ...named.map((m) => this.button(words.take(m), "motion", m)));
  }

  private button(text: string, event: string, detail: string): HTMLButtonElement {
    const button = element("button", { type: "button", className: "quiet", dir: "auto" }, text);
    button.addEventListener("click", () => this.bot.dispatchEvent(new CustomEvent(event, { bubbles: true, detail })));
    return button;
  }

  remove(): void {
    this.await("");
    this.user.remove();
    this.bot.remove();
  }
}

// linkHelp has the numbers and the address where help is found be called and opened.
function linkHelp(box: HTMLElement): void {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (text.parentElement?.closest("a") !== null) continue;
    text.replaceWith(...text.data.split(/(findahelpline\.com|\d[\d ]*\d)/).map((part, i) => i % 2 === 0 ? part
      : element("a", { href: /^\d/.test(part) ? `tel:${part.replaceAll(" ", "")}` : `https://${part}`, rel: "noopener noreferrer" }, part)));
  }
}

// unmarked is a text without white space and the marks of Markdown.
function unmarked(text: string): string {
  return text.replace(/[\s*_`>#-]+/g, "");
}

// lastBlankLine is where the last blank line of a text begins that is not inside a
// block of code, 0 if there is none.
function lastBlankLine(text: string): number {
  let fenced = false;
  let at = 0;
  let found = 0;
  for (const line of text.split("\n")) {
    if (/^ {0,3}(```|~~~)/.test(line)) fenced = !fenced;
    if (line.trim() === "" && !fenced && at > 0 && at + line.length < text.length) found = at;
    at += line.length + 1;
  }
  return found;
}

// modelName is what a model is called here.
const modelName = (model: string): string => (model === "offline" ? words.builtIn : model);

type Speakers = readonly [user: string, bot: string];

// speakersOf is who speaks in a debate.
export function speakersOf(conversation?: Conversation, persona = conversation?.persona): Speakers {
  const duel = conversation?.duel;
  return duel === undefined ? [words.you, persona || words.bot] : [modelName(duel.user), modelName(duel.bot)];
}

// apartFromDebate are the kinds of turns that take no side, and are shown without one.
const apartFromDebate = new Set([TurnKind.INVITATION, TurnKind.ASIDE, TurnKind.DECLINED, TurnKind.CARE, TurnKind.EARLIER]);

// doubts are what a second look at a reply found amiss.
function doubts({ stanceCheck }: Turn): string[] {
  if (stanceCheck === undefined) return [];
  return [stanceCheck.holds ? "" : words.drifted, stanceCheck.invents ? words.invents : ""].filter((s) => s !== "");
}

function outcome(turn: Turn): string {
  const why = turn.failure === undefined ? "" : words.why(turn.failure.reason, turn.failure.message);
  const told = (text: string): string => (why === "" ? `${text}.` : `${text}: ${why}.`);
  switch (turn.state) {
    case TurnState.STOPPED:
      return words.stopped;
    case TurnState.FAILED:
      return told(words.failed);
    case TurnState.INTERRUPTED:
      return told(words.interrupted);
    default:
      return "";
  }
}
