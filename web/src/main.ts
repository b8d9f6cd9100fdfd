// The page: it connects what index.html has with what the service does.
import { close, hide, lookAgain, open, reach } from "./after.ts";
import { Aids } from "./aids.ts";
import { base, client, keyed, patience, refusal } from "./api.ts";
import { breathe } from "./breath.ts";
import { Composer } from "./composer.ts";
import { Debate, type Host, entitle } from "./debate.ts";
import { openDialog } from "./dialog.ts";
import { byId, element, isComposing } from "./element.ts";
import { listenForever } from "./events.ts";
import { type Conversation, TurnState } from "./gen/debate/v1/debate_pb.ts";
import { keepPage } from "./worker.ts";
import { follow } from "./follow.ts";
import { loadFormats } from "./formats.ts";
import { HistoryList } from "./history.ts";
import { complain, notice } from "./notice.ts";
import { type Outgoing, draft, key, newRequestId, outgoing } from "./session.ts";
import { enterSends, offerSettings, touch } from "./settings.ts";
import { covered, go, lay, lift } from "./over.ts";
import { type News, tabs } from "./tabs.ts";
import { loadTopics, motions } from "./topics.ts";
import { offerDictation, stopHearing } from "./voice.ts";
import { localize, words } from "./words.ts";

const start = byId("start", HTMLElement);
const room = byId("debate", HTMLElement);
const message = byId("message", HTMLTextAreaElement);
const send = byId("send", HTMLButtonElement);
const cancel = byId("cancel", HTMLButtonElement);
const stop = byId("stop", HTMLButtonElement);
const announcer = byId("announcer", HTMLElement);
const menu = byId("menu", HTMLButtonElement);
const drawer = byId("history", HTMLElement);
// under is what the drawer lies over.
const under = document.querySelectorAll<HTMLElement>("#skip, #bar, main");
const forget = byId("forget", HTMLButtonElement);
const search = byId("search", HTMLInputElement);

const views = ["flow", "verdict", "share"] as const;

// narrow is where the list of debates is a drawer; page.css says the same.
const narrow = matchMedia("(max-width: 52rem)");

localize();
const composer = new Composer(() => show());
const aids = new Aids((text) => {
  composer.write(text);
  message.focus();
});
const historyList = new HistoryList(complainAndMeet);
let debate: Debate | undefined;
// unsure is what was sent last if its fate is unknown: sending the same again
// is then the same request.
let unsure: Outgoing | undefined;

const host: Host = {
  acknowledged(conversation, own) {
    // A page that is being reloaded keeps its old address: the next one looks here.
    const sent = outgoing.read();
    if (sent !== null) outgoing.write({ ...sent, arrivedIn: conversation.id });
    unsure = undefined;
    if (sent !== null && sent.agreement !== "" && conversation.opinion === undefined) void opine(conversation.id, Number(sent.agreement));
    if (route() !== conversation.id) {
      history.pushState(null, "", `#${conversation.id}`);
      composer.arrived(conversation.id);
    }
    historyList.select(conversation.id);
    host.changed(conversation, own);
  },
  changed(conversation, own) {
    historyList.put(conversation);
    if (own) tabs.tell("changed", conversation.id);
    show();
  },
  running(stage) {
    stop.hidden = stage !== "running" || debate?.conversation?.duel !== undefined; // nor by Escape
    stop.disabled = false;
    cancel.hidden = stage !== "sending";
    send.hidden = stage !== "";
    send.disabled = debate?.takes === false;
    aids.show(debate, composer.editing > 0);
    if (stage === "") ready();
  },
  announce(text) {
    announcer.textContent = text;
  },
  complain,
  edit(turn) {
    composer.edit(turn.number);
    composer.write(turn.message);
    show();
    message.focus();
  },
  fork: (turn) => void copy(turn.number, ""),
  motions,
};

function route(): string {
  return location.hash.slice(1);
}

// ready puts the cursor where the next message is written.
function ready(): void {
  if (!touch.matches) message.focus({ preventScroll: true });
}

// show puts on the page what belongs to the debate that is open, or to none.
function show(): void {
  const open = debate?.conversation;
  document.documentElement.dataset["opens"] = "";
  start.hidden = debate !== undefined;
  room.hidden = debate === undefined;
  byId("manage", HTMLElement).hidden = open === undefined;
  for (const view of views) byId(view, HTMLElement).hidden = open?.topic === ""; // there is nothing to look back at
  forget.hidden = key.read() === null;
  composer.show(open, debate !== undefined && open === undefined);
  aids.show(debate, composer.editing > 0);
}

// opine notes what the person thought before the debate.
async function opine(conversationId: string, agreement: number): Promise<void> {
  try {
    const { conversation } = await keyed(() => client.setOpinion({ conversationId, agreement }, patience));
    if (debate?.conversation?.id === conversationId && conversation !== undefined) debate.describe(conversation);
  } catch (error) {
    complain(error);
  }
}

function leave(): void {
  debate?.close();
  debate = undefined;
  hide();
  notice("");
  host.running("");
}

// visited is the address that was visited last.
let visited = "";

// visit shows what the address says.
async function visit(): Promise<void> {
  const id = route();
  visited = id;
  if (debate !== undefined && debate.conversation?.id === id) return;
  leave();
  historyList.select(id);
  composer.visit(id);
  closeDrawer();
  if (id === "") {
    entitle(words.debate);
    show();
    byId("scroller", HTMLElement).scrollTop = 0;
    ready();
    return;
  }
  const opening = new Debate(host);
  debate = opening;
  send.disabled = true; // what is written belongs to a debate that has not come yet
  show();
  try {
    await opening.open(id);
  } catch (error) {
    if (debate !== opening) return;
    leave();
    if (refusal(error).reason === "NOT_FOUND") {
      historyList.remove(id);
      history.replaceState(null, "", location.pathname);
      visited = "";
      composer.visit("");
    }
    complain(error, { text: words.tryAgain, act: () => void visit() });
  }
  send.disabled = debate?.takes === false;
  show();
  ready();
}

// copy goes on in a copy of the first turns, where a message is said next if there
// is one. It says whether that went well.
async function copy(throughTurn: number, said: string): Promise<boolean> {
  try {
    const { conversation } = await keyed(() => client.forkConversation(
      { conversationId: route(), throughTurn, message: said, requestId: newRequestId() }, patience));
    if (conversation === undefined) return false;
    historyList.put(conversation);
    location.hash = conversation.id;
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

async function submit(): Promise<void> {
  stopHearing();
  const changed = composer.editing;
  if (changed > 0 && debate?.takes === true && composer.text !== "" && composer.fits) {
    const text = composer.text;
    send.disabled = true;
    const done = await copy(changed - 1, text);
    send.disabled = false;
    if (done) draft.write(debate?.conversation?.id ?? "", "");
    return;
  }
  const out = composer.compose();
  if (out === undefined || debate?.takes === false || send.disabled || !composer.fits) return;
  out.requestId = unsure !== undefined && same(unsure, out) ? unsure.requestId : newRequestId();
  composer.sent();
  aids.forget();
  await take(out);
}

function same(a: Outgoing, b: Outgoing): boolean {
  return JSON.stringify({ ...a, requestId: "" }) === JSON.stringify({ ...b, requestId: "" });
}

// take sends a message and stays with it until the reply has ended.
async function take(out: Outgoing): Promise<void> {
  notice("");
  const taking = debate ?? new Debate(host);
  debate = taking;
  show();
  outgoing.write(out);
  try {
    await taking.send(out);
    const sent = outgoing.read();
    if (sent?.requestId !== out.requestId) return; // another one is under way by now
    outgoing.write(null);
    if (sent.arrivedIn !== "") return;
    // The debate was left before the service had answered for the message.
    unsure = out;
    if (message.value === "") composer.write(out.message);
  } catch (error) {
    outgoing.write(null);
    if (debate !== taking) return;
    if (taking.conversation === undefined) leave();
    giveBack(out, error);
    if (refusal(error).reason === "TURN_RUNNING") await taking.reload();
    ready();
  }
}

// giveBack puts a message that was not taken where it was written.
function giveBack(out: Outgoing, error: unknown): void {
  unsure = refusal(error).lost ? out : undefined;
  show();
  composer.giveBack(out);
  complain(error, { text: words.sendAgain, act: () => void submit() });
}

// settle finds out what became of a message that was under way when the page
// was left: under its own id it is sent once, however often it is sent.
async function settle(left: Outgoing): Promise<void> {
  const settled = new AbortController();
  let id = "";
  notice(words.sendingWritten);
  try {
    await follow(({ signal }) => client.chatStream(left, { signal }), {
      started(conversation) {
        id = conversation.id;
        settled.abort(); // the debate follows its reply from here
      },
      found() {},
      said() {},
      restarted() {},
      connected() {},
    }, settled.signal);
  } catch (error) {
    if (id === "") {
      outgoing.write(null);
      await visit();
      giveBack(left, error);
      return;
    }
  }
  outgoing.write(null);
  if (route() !== id) {
    history.replaceState(null, "", `#${id}`);
    const written = draft.read(left.conversationId);
    draft.write(left.conversationId, "");
    draft.write(id, written);
  }
  await visit();
}

async function rename(conversation: Conversation): Promise<void> {
  const title = await openDialog({ title: words.renameTitle, text: words.renameText, field: { label: words.title, value: conversation.title, secret: false }, confirm: words.rename });
  if (title === null) return;
  try {
    const answer = await keyed(() => client.updateConversation({ conversationId: conversation.id, title: title.trim() }, patience));
    if (answer.conversation === undefined) return;
    if (debate?.conversation?.id === conversation.id) debate.describe(answer.conversation);
    host.changed(answer.conversation, true);
  } catch (error) {
    complain(error);
  }
}

// undoFor is how long a deletion can be taken back: only then it is made.
const undoFor = 8000;
let deleteNow: (() => void) | undefined;

function remove(conversation: Conversation): void {
  deleteNow?.();
  const { id } = conversation;
  historyList.hide(id, true);
  if (route() === id) location.hash = "";
  const undo = element("button", { type: "button" }, words.undo);
  const timer = setTimeout(() => deleteNow?.(), undoFor);
  const done = (): void => {
    clearTimeout(timer);
    deleteNow = undefined;
    undo.remove();
  };
  deleteNow = () => {
    done();
    void erase(id);
  };
  undo.addEventListener("click", () => {
    done();
    historyList.hide(id, false);
    location.hash = id;
  });
  // After the change of address, which takes notices away.
  setTimeout(() => deleteNow !== undefined && notice(words.deleted, [undo]), 50);
}

async function erase(id: string): Promise<void> {
  try {
    await keyed(() => client.deleteConversation({ conversationId: id }, patience));
  } catch (error) {
    if (refusal(error).reason !== "NOT_FOUND") {
      historyList.hide(id, false);
      complain(error);
      return;
    }
  }
  draft.write(id, "");
  historyList.remove(id);
  tabs.tell("deleted", id);
}

function closeDrawer(): void {
  drawer.classList.remove("open");
  menu.setAttribute("aria-expanded", "false");
  for (const e of under) e.inert = false;
  reach();
  lift(closeDrawer);
}

function openDrawer(): void {
  drawer.classList.add("open");
  menu.setAttribute("aria-expanded", "true");
  for (const e of under) e.inert = true;
  lay(closeDrawer);
  drawer.querySelector("a")?.focus();
}

// choose takes up a motion.
function choose(motion: string): void {
  composer.choose(motion);
  message.focus();
}

async function load(): Promise<void> {
  begin();
  await breathe();
  meet();
  setTimeout(keepPage, 2000); // what is shown comes first
}

// met says that the service has answered, and listening that it is listened to.
let met = false;
let listening = false;

// meet shows what the service has to choose from.
function meet(): void {
  void historyList.load().then(() => {
    if (!listening) void listenForever();
    listening = true;
  });
  void loadTopics(choose, (model) => {
    met = true;
    composer.met(model);
    byId("opponent", HTMLElement).textContent = model === "offline" ? words.builtInStart : model === "" ? "" : words.modelStart(model);
  }, complainAndMeet);
  loadFormats(show);
}

function complainAndMeet(error: unknown): void {
  complain(error, { text: words.tryAgain, act: meetAgain });
}

// meetAgain is for a page that was opened without a service.
function meetAgain(): void {
  notice("");
  meet();
  if (route() !== "" && debate === undefined) void visit();
}

// begin opens what was open, or goes on with what was under way.
function begin(): void {
  const left = outgoing.read();
  if (left !== null && left.arrivedIn === "" && route() === left.conversationId) {
    void settle(left);
    return;
  }
  outgoing.write(null);
  if (left !== null && left.arrivedIn !== "" && route() === "") history.replaceState(null, "", `#${left.arrivedIn}`);
  void visit();
}

// looking are the debates that are about to be looked at.
const looking = new Set<string>();

// hear shows what was done in another tab, browser or program.
async function hear({ kind, id, turn }: News): Promise<void> {
  if (kind === "all") void historyList.refresh();
  if (kind === "deleted") {
    historyList.remove(id);
    if (route() === id) await gone();
    return;
  }
  const here = debate?.conversation?.id;
  const looked = kind === "all" ? here : id;
  if (looked === undefined || looking.has(looked)) return;
  if (debate !== undefined && looked === here) {
    if (kind === "judged") lookAgain(debate);
    // What it follows or shows needs no look.
    if (debate.busy || debate.shows(turn)) return;
  }
  looking.add(looked);
  await new Promise((resolve) => setTimeout(resolve, 100)); // more may come at once
  looking.delete(looked);
  try {
    const { conversation } = await client.getConversation({ conversationId: looked }, patience);
    if (conversation === undefined || (debate?.conversation?.id === looked && debate.busy)) return;
    historyList.put(conversation);
    if (debate?.conversation?.id !== looked) return;
    await debate.sync(conversation);
    show();
  } catch (error) {
    if (refusal(error).reason === "NOT_FOUND" && route() === looked) await gone();
  }
}

// gone leaves a debate that was deleted elsewhere. What was being written stays.
async function gone(): Promise<void> {
  const written = message.value;
  history.replaceState(null, "", location.pathname);
  await visit();
  if (message.value === "") composer.write(written);
  notice(words.deleted);
}

// lastSaid has what was said last be said differently.
function lastSaid(): void {
  const turn = debate?.latestTurn;
  if (turn !== undefined && turn.state !== TurnState.RUNNING) host.edit(turn);
}

byId("composer", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void submit();
});
byId("persona", HTMLInputElement).addEventListener("keydown", (event) => {
  if (event.key === "Enter" && isComposing(event)) event.preventDefault();
});
const hintEnter = (): void => void (message.enterKeyHint = enterSends() ? "send" : "enter");
hintEnter();
offerSettings(hintEnter);
offerDictation(message, (text) => composer.write(text), notice);
message.addEventListener("keydown", (event) => {
  if (isComposing(event)) return;
  if (event.key === "ArrowUp" && message.value === "" && !event.shiftKey) {
    event.preventDefault();
    lastSaid();
  } else if (event.key === "Enter" && !event.shiftKey && (enterSends() || event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    void submit();
  }
});
stop.addEventListener("click", () => {
  stop.disabled = true;
  void debate?.stop().finally(() => (stop.disabled = false));
});
cancel.addEventListener("click", () => debate?.cancel());
for (const view of views) {
  byId(view, HTMLButtonElement).addEventListener("click", () => debate && open(view, debate));
}
byId("rename", HTMLButtonElement).addEventListener("click", () => debate?.conversation && void rename(debate.conversation));
byId("delete", HTMLButtonElement).addEventListener("click", () => debate?.conversation && remove(debate.conversation));
byId("first", HTMLButtonElement).addEventListener("click", () => void debate?.toFirst());
byId("print", HTMLButtonElement).addEventListener("click", () => void debate?.loadAll().then((all) => all && print()));
forget.addEventListener("click", () => {
  key.write(null);
  outgoing.write(null);
  draft.forgetAll();
  location.replace(location.pathname);
});
menu.addEventListener("click", () => (drawer.classList.contains("open") ? closeDrawer() : openDrawer()));
document.addEventListener("keydown", (event) => {
  if (event.key === "k" && (event.ctrlKey || event.metaKey) && document.querySelector("dialog[open]") === null) {
    event.preventDefault();
    if (narrow.matches) openDrawer();
    search.select();
    return;
  }
  if (event.key !== "Escape" || isComposing(event) || document.querySelector("dialog[open]") !== null) return;
  const after = byId("after", HTMLElement);
  if (drawer.classList.contains("open")) {
    closeDrawer();
    menu.focus();
  } else if (!after.hidden) {
    close();
  } else if (!stop.hidden && !stop.disabled) {
    stop.click();
  } else if (!cancel.hidden) {
    cancel.click();
  }
});
document.addEventListener("click", (event) => {
  if (!narrow.matches || !(event.target instanceof Node)) return;
  if (!drawer.contains(event.target) && !menu.contains(event.target)) closeDrawer();
});
for (const link of document.querySelectorAll(".new")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    if (route() !== "") history[covered() ? "replaceState" : "pushState"](null, "", location.pathname);
    closeDrawer();
    leave();
    void visit();
  });
}
drawer.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("#debates a") : null;
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || !drawer.classList.contains("open")) return;
  event.preventDefault();
  if (link.hash === location.hash) closeDrawer();
  else go(link.hash.slice(1));
});
byId("skip", HTMLAnchorElement).addEventListener("click", (event) => {
  event.preventDefault(); // the address says which debate is open
  hide(); // where it lies over the message
  message.focus();
});
// What somebody would rather debate goes into the box of a new debate, to be made a view.
byId("log", HTMLElement).addEventListener("newtopic", (event) => {
  history.pushState(null, "", location.pathname);
  void visit();
  composer.write((event as CustomEvent<string>).detail);
  message.focus();
});
byId("log", HTMLElement).addEventListener("motion", (event) => choose((event as CustomEvent<string>).detail));
const example = byId("example", HTMLElement);
example.textContent = example.textContent.replace("http://localhost:8080", base);
// The start may be shown already, with a notice that what the address named is gone.
addEventListener("hashchange", () => void ((debate === undefined && route() === visited) || visit()));
addEventListener("pagehide", () => deleteNow?.());
// A service on this machine is there without a network.
addEventListener("offline", () => void fetch("health").catch(() => notice(words.offline)));
addEventListener("online", () => {
  if (!met) meetAgain();
  else if (byId("notice-text", HTMLElement).textContent === words.offline) notice("");
});
// What was done elsewhere is shown here too, and once somebody looks, for certain.
tabs.listen((news) => void hear(news));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void hear({ kind: "all", id: "" });
});
await load();
