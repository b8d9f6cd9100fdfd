// What people do with a debate: its flow, a verdict with the words that it quotes,
// what they think themselves, a copy, a shared page.
import { base, client, keyed, patience, refusal } from "./api.ts";
import { type Debate, copyButton } from "./debate.ts";
import { openDialog } from "./dialog.ts";
import { byId, element } from "./element.ts";
import { ExportFormat, type Point, PointStatus, type Quote, Speaker, TurnState, type Verdict, Winner } from "./gen/debate/v1/debate_pb.ts";
import { speakersOf } from "./exchange.ts";
import { complain } from "./notice.ts";
import { go, lay, lift } from "./over.ts";
import { newRequestId } from "./session.ts";
import { words } from "./words.ts";

const w = words.after;
const panel = byId("after", HTMLElement);

export type View = "flow" | "verdict" | "share";

// beside is where there is room beside the debate; else the panel lies over it, which is
// then out of reach. page.css says the same.
const beside = matchMedia("(min-width: 72rem)");
beside.addEventListener("change", reach);
let opened: View = "flow";

// reach lets the keyboard go where something can be seen.
export function reach(): void {
  (document.querySelector("main") as HTMLElement).inert = !panel.hidden && !beside.matches;
}

export function hide(): void {
  panel.hidden = true;
  reach();
  lift(close);
}

// close goes back to where the view was opened from, and leaves nothing lit up.
export function close(): void {
  if ("highlights" in CSS) CSS.highlights.delete("quote");
  const within = panel.contains(document.activeElement);
  hide();
  if (within) byId(opened, HTMLButtonElement).focus();
}

// quoted goes to the words that a button quotes.
function quoted(button: HTMLButtonElement, debate: Debate, quote: Quote): void {
  button.addEventListener("click", () => {
    if (!beside.matches) {
      hide();
      byId("scroller", HTMLElement).focus({ preventScroll: true });
    }
    void debate.light([quote]);
  });
}

// open shows one of the views of a debate; ask has it judged if it was not yet.
export async function open(view: View, debate: Debate, ask = false): Promise<void> {
  const id = debate.conversation?.id;
  if (id === undefined) return;
  const shut = quiet("✕", close);
  shut.ariaLabel = words.dismiss;
  const body = element("div", { className: "view", role: "status" }, w.loading);
  const entered = panel.hidden || panel.contains(document.activeElement);
  panel.replaceChildren(element("header", {}, element("h2", {}, w.titles[view]), shut), body);
  panel.hidden = false;
  if (!beside.matches) lay(close);
  opened = view;
  if (entered) shut.focus();
  reach();
  try {
    const shown = await { flow, verdict, share }[view](id, debate);
    body.removeAttribute("role");
    body.replaceChildren(...shown);
    if (view === "flow") drawLines(body);
    if (ask) body.querySelector<HTMLElement>(".ask")?.click();
  } catch (error) {
    close();
    complain(error);
  }
}

// lookAgain shows a verdict that was asked for elsewhere to who looks for one.
export function lookAgain(debate: Debate): void {
  if (!panel.hidden && panel.querySelector(".ask") !== null) void open("verdict", debate);
}

function quiet(text: string, act: () => void): HTMLButtonElement {
  const button = element("button", { type: "button", className: "quiet" }, text);
  button.addEventListener("click", act);
  return button;
}

// act makes a call, and complains if it fails.
function act(what: () => Promise<void>): () => void {
  return () => void what().catch((error: unknown) => complain(error));
}

// flow is both sides' points in two columns, with lines from each answer to what
// it answers. A click goes to the words.
async function flow(id: string, debate: Debate): Promise<HTMLElement[]> {
  const { points } = await keyed(() => client.getFlow({ conversationId: id }, patience));
  if (points.length === 0) return [element("p", {}, w.noPoints)];
  const [user, bot] = speakersOf(debate.conversation);
  const status = { [PointStatus.UNSPECIFIED]: "", [PointStatus.OPEN]: w.open, [PointStatus.ANSWERED]: w.answered, [PointStatus.CONCEDED]: w.conceded, [PointStatus.DROPPED]: w.dropped };
  const item = (p: Point): HTMLElement => {
    const button = element("button", { type: "button", className: "point", dir: "auto" }, p.text,
      element("small", {}, `${words.turn(p.turnNumber)} · ${status[p.status]}`));
    button.dataset["id"] = p.id;
    button.dataset["answers"] = JSON.stringify([...p.answers, ...p.concedes]);
    if (p.quote !== undefined) quoted(button, debate, p.quote);
    return element("li", { className: `${p.speaker === Speaker.USER ? "user" : "bot"} ${PointStatus[p.status].toLowerCase()}` }, button);
  };
  return [element("div", { className: "columns" }, element("h3", { className: "user" }, user), element("h3", { className: "bot" }, bot)),
    element("ol", { className: "flow" }, ...points.map(item))];
}

// drawLines joins each answer to what it answers, anew whenever the panel's width changes.
function drawLines(body: HTMLElement): void {
  const list = body.querySelector<HTMLElement>(".flow");
  if (list === null) return;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  list.prepend(svg as unknown as HTMLElement);
  const draw = (): void => {
    const here = list.getBoundingClientRect();
    svg.setAttribute("height", String(list.scrollHeight));
    svg.setAttribute("width", String(here.width));
    svg.replaceChildren();
    const buttons = [...list.querySelectorAll<HTMLElement>(".point")];
    for (const from of buttons) {
      for (const id of JSON.parse(from.dataset["answers"] ?? "[]") as string[]) {
        const to = buttons.find((b) => b.dataset["id"] === id);
        if (to === undefined) continue;
        const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
        const [a, b] = [from.getBoundingClientRect(), to.getBoundingClientRect()];
        const right = a.left > b.left;
        const ends = { x1: (right ? a.left : a.right) - here.left, y1: a.top + a.height / 2 - here.top, x2: (right ? b.right : b.left) - here.left, y2: b.top + b.height / 2 - here.top };
        for (const [name, value] of Object.entries(ends)) line.setAttribute(name, String(value));
        svg.append(line);
      }
    }
  };
  new ResizeObserver(draw).observe(list);
}

// verdict is the latest one, or the means to ask for one.
async function verdict(id: string, debate: Debate): Promise<HTMLElement[]> {
  let latest: Verdict | undefined;
  try {
    latest = (await keyed(() => client.getVerdict({ conversationId: id }, patience))).verdict;
  } catch (error) {
    if (refusal(error).reason !== "NOT_FOUND") throw error;
  }
  const parts: HTMLElement[] = [opinion(id, debate)];
  const later = latest === undefined ? 0 : (debate.conversation?.turnCount ?? 0) - latest.throughTurn;
  if (latest?.state === TurnState.COMPLETED) parts.push(...judged(latest, debate));
  const failure = latest?.failure;
  if (failure !== undefined) parts.push(element("p", { role: "alert" }, `${w.noVerdict}: ${words.why(failure.reason, failure.message)}.`));
  if (later > 0) parts.push(element("p", {}, w.later(later)));
  if (latest === undefined || later > 0 || latest.state !== TurnState.COMPLETED) {
    const ask = quiet(w.ask, act(async () => {
      ask.replaceWith(element("p", { role: "status" }, w.judging));
      try {
        await judge(id);
      } finally {
        await open("verdict", debate);
      }
    }));
    ask.classList.add("ask");
    parts.push(ask);
  }
  parts.push(element("p", { className: "choices" }, ...goOn(id, debate), ...documents(id)));
  return parts;
}

// judge asks for a verdict and waits for it.
async function judge(id: string): Promise<void> {
  const requestId = newRequestId();
  for (;;) {
    try {
      await keyed(() => client.judgeConversation({ conversationId: id, requestId }, { timeoutMs: 40_000 }));
      return;
    } catch (error) {
      if (refusal(error).reason !== "STILL_RUNNING") throw error;
    }
  }
}

function winner(who: Winner, { conversation }: Debate): string {
  const [user, bot] = conversation?.duel === undefined ? [w.youWon, w.botWon] : speakersOf(conversation).map(w.won);
  return { [Winner.UNSPECIFIED]: "", [Winner.USER]: user ?? "", [Winner.BOT]: bot ?? "", [Winner.UNDECIDED]: w.undecided }[who];
}

function judged(v: Verdict, debate: Debate): HTMLElement[] {
  const speakers = speakersOf(debate.conversation);
  const quote = (q: Quote): HTMLElement => {
    const button = element("button", { type: "button", className: `quote ${q.speaker === Speaker.USER ? "user" : "bot"}`, dir: "auto" },
      `“${q.text}”`, element("small", {}, `${speakers[q.speaker === Speaker.USER ? 0 : 1]}, ${words.turn(q.turnNumber)}`));
    quoted(button, debate, q);
    return button;
  };
  const quotes = [...v.clashes.flatMap((c) => c.quotes), ...v.advice.flatMap((a) => a.quote ?? [])];
  void debate.light(quotes, false);
  return [
    element("p", { className: "winner" }, winner(v.winner, debate)),
    ...v.clashes.map((c) => element("section", {}, element("h3", { dir: "auto" }, c.title), element("p", {}, `${winner(c.winner, debate)} ${c.reason}`), ...c.quotes.map(quote))),
    ...(v.bestCaseForLoser === "" ? [] : [element("h3", {}, w.bestCase), element("p", { dir: "auto" }, v.bestCaseForLoser)]),
    ...(v.advice.length === 0 ? [] : [element("h3", {}, debate.conversation?.duel === undefined ? w.advice : w.adviceFor(speakers[0]))]),
    ...v.advice.map((a) => element("section", {}, element("p", {}, a.text), ...(a.quote === undefined ? [] : [quote(a.quote)]))),
    element("p", { className: "soft" }, v.judge === "rules" ? w.byRules : w.byModel(v.judge)),
  ];
}

// opinion is how far the person agrees, before and after.
export function opinion(id: string, debate: Debate): HTMLElement {
  const known = debate.conversation?.opinion;
  const slider = element("input", { type: "range", min: "-3", max: "3", step: "1", value: String(known?.after ?? 0) });
  const told = element("output", {}, known === undefined ? w.neverSaid : w.moved(known.before, known.after, known.turnNumber));
  slider.addEventListener("change", act(async () => {
    const { conversation } = await keyed(() => client.setOpinion({ conversationId: id, agreement: Number(slider.value), turnNumber: debate.latestTurn?.number ?? 0 }, patience));
    if (conversation?.opinion === undefined) return;
    debate.describe(conversation);
    told.textContent = w.moved(conversation.opinion.before, conversation.opinion.after, conversation.opinion.turnNumber);
  }));
  return element("p", { className: "opinion" }, element("label", {}, w.opinion, slider), told);
}

// goOn is how a debate can go on in another.
export function goOn(id: string, { conversation, latestTurn }: Debate): HTMLElement[] {
  if (conversation === undefined || conversation.duel !== undefined) return [];
  const fork = async (change: { swapSides: true } | { throughTurn: number; topic: string }): Promise<void> => {
    const made = await keyed(() => client.forkConversation({ conversationId: id, requestId: newRequestId(), ...change }, patience));
    go(made.conversation?.id ?? "");
  };
  const rematch = quiet(w.rematch, act(() => fork({ swapSides: true })));
  if (conversation.topic === "") return [rematch];
  return [rematch, quiet(w.otherMotion, act(async () => {
    const topic = (await openDialog({ title: w.otherMotion, text: w.otherMotionText, field: { label: words.motion, value: conversation.topic, secret: false }, confirm: w.goOn }))?.trim() ?? "";
    if (topic !== "") await fork({ throughTurn: latestTurn?.number ?? 0, topic });
  }))];
}

function documents(id: string): HTMLElement[] {
  return ([["Markdown", ExportFormat.MARKDOWN], ["JSON", ExportFormat.JSON], ["Argdown", ExportFormat.ARGDOWN], ["Mermaid", ExportFormat.MERMAID]] as const).map(([name, format]) =>
    quiet(name, act(async () => {
      const { filename, mediaType, content } = await keyed(() => client.exportConversation({ conversationId: id, format }, patience));
      const href = URL.createObjectURL(new Blob([content], { type: mediaType }));
      element("a", { href, download: filename }).click();
      setTimeout(() => URL.revokeObjectURL(href), 1000);
    })));
}

// share is the page that anybody may read who has its address, or the means to make one.
async function share(id: string): Promise<HTMLElement[]> {
  const { conversation } = await keyed(() => client.getConversation({ conversationId: id }, patience));
  const page = element("div", {});
  const shared = (path: string): void => {
    const href = base + path;
    const stop = quiet(w.unshare, act(async () => {
      await keyed(() => client.unshareConversation({ conversationId: id }, patience));
      close();
    }));
    page.replaceChildren(element("p", {}, w.shared), element("p", {}, element("a", { href, target: "_blank", id: "shared" }, href)),
      element("p", { className: "choices" }, copyButton(href), stop));
  };
  const make = quiet(w.share, act(async () => {
    make.disabled = true;
    const { path } = await keyed(() => client.shareConversation({ conversationId: id }, patience)).finally(() => make.disabled = false);
    const within = page.contains(document.activeElement);
    shared(path);
    if (within) byId("shared", HTMLAnchorElement).focus();
  }));
  make.id = "make-shared";
  if (conversation?.sharePath) shared(conversation.sharePath);
  else page.replaceChildren(element("p", {}, w.notShared), element("p", { className: "choices" }, make));
  return [page, element("h3", {}, w.documents), element("p", { className: "choices" }, ...documents(id))];
}
