// The page: it connects what index.html has with what the service does.
import { client, keyed, patience, refusal } from "./api.ts";
import { openDialog } from "./dialog.ts";
import { Debate, type Host } from "./debate.ts";
import { byId, element, isComposing } from "./element.ts";
import type { Conversation, Topic } from "./gen/debate/v1/debate_pb.ts";
import { follow } from "./follow.ts";
import { HistoryList } from "./history.ts";
import { type Outgoing, draft, key, newRequestId, outgoing } from "./session.ts";

const start = byId("start", HTMLElement);
const room = byId("debate", HTMLElement);
const composer = byId("composer", HTMLFormElement);
const message = byId("message", HTMLTextAreaElement);
const excess = byId("excess", HTMLElement);
const terms = byId("terms", HTMLElement);
const chosen = byId("chosen", HTMLElement);
const side = byId("side", HTMLSelectElement);
const difficulty = byId("difficulty", HTMLSelectElement);
const persona = byId("persona", HTMLInputElement);
const send = byId("send", HTMLButtonElement);
const stop = byId("stop", HTMLButtonElement);
const noticeBox = byId("notice", HTMLElement);
const announcer = byId("announcer", HTMLElement);
const menu = byId("menu", HTMLButtonElement);
const drawer = byId("history", HTMLElement);
const forget = byId("forget", HTMLButtonElement);

// keyboard is where the focus does not bring one up over half of the page.
const keyboard = matchMedia("(pointer: fine)");

// maxMessageBytes is the longest message that the service takes.
const maxMessageBytes = 8192;

// narrow is where the list of debates is a drawer; page.css says the same.
const narrow = matchMedia("(max-width: 52rem)");

const historyList = new HistoryList(complain);
let debate: Debate | undefined;
let topic = "";
// unsure is what was sent last if its fate is unknown: sending the same again
// is then the same request.
let unsure: Outgoing | undefined;

const host: Host = {
  acknowledged(conversation) {
    // A page that is being reloaded keeps its old address: the next one looks here.
    const sent = outgoing.read();
    if (sent !== null) outgoing.write({ ...sent, arrivedIn: conversation.id });
    unsure = undefined;
    choose("");
    if (route() !== conversation.id) {
      draft.write(route(), "");
      history.pushState(null, "", `#${conversation.id}`);
      draft.write(route(), message.value);
    }
    historyList.put(conversation);
    historyList.select(conversation.id);
    show();
  },
  changed: (conversation) => historyList.put(conversation),
  running(yes) {
    stop.hidden = !yes;
    stop.disabled = false;
    send.hidden = yes;
    send.disabled = debate?.busy ?? false;
    if (!yes) ready();
  },
  announce(text) {
    announcer.textContent = text;
  },
  complain,
};

function route(): string {
  return location.hash.slice(1);
}

function notice(text: string, ...actions: HTMLElement[]): void {
  noticeBox.hidden = text === "";
  const close = element("button", { type: "button", className: "quiet", ariaLabel: "Dismiss" }, "✕");
  close.addEventListener("click", () => notice(""));
  noticeBox.replaceChildren(element("span", {}, text), ...actions, close);
}

// complain says what an error means, and what can be done.
function complain(error: unknown): void {
  const { text, reason } = refusal(error);
  if (reason !== "UNAUTHENTICATED") {
    notice(text);
    return;
  }
  const enter = element("button", { type: "button" }, "Enter a key");
  enter.addEventListener("click", () => location.reload());
  notice(text, enter);
}

// ready puts the cursor where the next message is written.
function ready(): void {
  if (keyboard.matches) message.focus({ preventScroll: true });
}

// show puts on the page what belongs to the debate that is open, or to none.
function show(): void {
  const open = debate?.conversation;
  start.hidden = debate !== undefined;
  room.hidden = debate === undefined;
  terms.hidden = debate !== undefined;
  chosen.hidden = topic === "" || debate !== undefined;
  byId("manage", HTMLElement).hidden = open === undefined;
  forget.hidden = key.read() === null;
  message.placeholder = debate !== undefined ? "Your answer"
    : topic !== "" ? "Make your case, or just send" : "State a view: “Dogs are better than cats.”";
}

// write puts a text where the next message is written.
function write(text: string): void {
  message.value = text;
  draft.write(route(), text);
  measure();
}

// measure says how much too long the message is. It is not cut: who pastes wants
// all of it.
function measure(): void {
  const bytes = new TextEncoder().encode(message.value.trim()).length;
  const characters = Math.ceil((bytes - maxMessageBytes) * message.value.length / Math.max(1, bytes));
  excess.hidden = bytes <= maxMessageBytes;
  excess.textContent = excess.hidden ? "" : `Too long by about ${characters.toLocaleString()} characters.`;
}

function leave(): void {
  debate?.close();
  debate = undefined;
  notice("");
  stop.hidden = true;
  send.hidden = false;
  send.disabled = false;
}

// visit shows what the address says.
async function visit(): Promise<void> {
  const id = route();
  if (debate !== undefined && debate.conversation?.id === id) return;
  leave();
  historyList.select(id);
  choose("");
  write(draft.read(id));
  closeDrawer();
  if (id === "") {
    document.title = "Debate";
    show();
    ready();
    return;
  }
  const opening = new Debate(host);
  debate = opening;
  show();
  try {
    await opening.open(id);
  } catch (error) {
    if (debate !== opening) return;
    const { text, lost, reason } = refusal(error);
    leave();
    if (reason === "NOT_FOUND") {
      historyList.remove(id);
      history.replaceState(null, "", location.pathname);
    }
    complain(error);
    if (lost) {
      const again = element("button", { type: "button" }, "Try again");
      again.addEventListener("click", () => void visit());
      notice(text, again);
    }
  }
  show();
  ready();
}

function compose(): Outgoing | undefined {
  const open = debate?.conversation;
  let text = message.value.trim();
  if (text === "" && topic !== "" && open === undefined) text = side.value === "1" ? "I disagree." : topic;
  if (text === "") return undefined;
  return {
    arrivedIn: "",
    requestId: "",
    conversationId: open?.id ?? "",
    message: text,
    topic: open === undefined ? topic : "",
    stance: open === undefined ? Number(side.value) : 0,
    difficulty: open === undefined ? Number(difficulty.value) : 0,
    persona: open === undefined ? persona.value.trim() : "",
  };
}

async function submit(): Promise<void> {
  const out = compose();
  if (out === undefined || debate?.busy || send.disabled || !excess.hidden) return;
  out.requestId = unsure !== undefined && same(unsure, out) ? unsure.requestId : newRequestId();
  write("");
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
    if (message.value === "") write(out.message);
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
  write(message.value === "" ? out.message : `${out.message}\n${message.value}`);
  if (out.conversationId === "") choose(out.topic);
  show();
  complain(error);
}

// settle finds out what became of a message that was under way when the page
// was left: under its own id it is sent once, however often it is sent.
async function settle(left: Outgoing): Promise<void> {
  const settled = new AbortController();
  let id = "";
  notice("Sending what you had written…");
  try {
    await follow(({ signal }) => client.chatStream(left, { signal }), {
      started(conversation) {
        id = conversation.id;
        settled.abort(); // the debate follows its reply from here
      },
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
    draft.write(route(), "");
    history.replaceState(null, "", `#${id}`);
    draft.write(route(), message.value);
  }
  await visit();
}

function choose(claim: string): void {
  topic = claim;
  byId("sides-of-motion", HTMLElement).hidden = claim === "";
  if (claim === "") side.value = "0";
  const drop = element("button", { type: "button", className: "quiet", ariaLabel: "Choose no motion" }, "✕");
  drop.addEventListener("click", () => {
    choose("");
    message.focus();
  });
  chosen.replaceChildren(element("span", {}, element("b", {}, "Motion "), element("bdi", {}, claim)), drop);
  show();
}

async function loadTopics(): Promise<void> {
  const box = byId("topics", HTMLElement);
  try {
    const { topics } = await keyed(() => client.listTopics({}, patience));
    const groups = new Map<string, Topic[]>();
    for (const t of topics) groups.set(t.category, [...(groups.get(t.category) ?? []), t]);
    box.replaceChildren(...[...groups].map(([category, members]) =>
      element("section", {}, element("h2", {}, category), ...members.map((t) => {
        const button = element("button", { type: "button", className: "topic", dir: "auto" }, t.topic);
        button.addEventListener("click", () => {
          choose(t.topic);
          message.focus();
        });
        return button;
      }))));
  } catch (error) {
    complain(error);
  }
}

async function rename(conversation: Conversation): Promise<void> {
  const title = await openDialog({ title: "Rename this debate", text: "The name is for your list; the motion stays as it is.", field: { label: "Title", value: conversation.title, secret: false }, confirm: "Rename" });
  if (title === null) return;
  try {
    const answer = await keyed(() => client.updateConversation({ conversationId: conversation.id, title: title.trim() }, patience));
    if (answer.conversation === undefined) return;
    if (debate?.conversation?.id === conversation.id) debate.describe(answer.conversation);
    historyList.put(answer.conversation);
  } catch (error) {
    complain(error);
  }
}

async function remove(conversation: Conversation): Promise<void> {
  const answer = await openDialog({ title: "Delete this debate?", text: "It cannot be brought back.", confirm: "Delete" });
  if (answer === null) return;
  try {
    await keyed(() => client.deleteConversation({ conversationId: conversation.id }, patience));
  } catch (error) {
    if (refusal(error).reason !== "NOT_FOUND") {
      complain(error);
      return;
    }
  }
  historyList.remove(conversation.id);
  if (debate?.conversation?.id === conversation.id) location.hash = "";
}

function closeDrawer(): void {
  drawer.classList.remove("open");
  menu.setAttribute("aria-expanded", "false");
}

function openDrawer(): void {
  drawer.classList.add("open");
  menu.setAttribute("aria-expanded", "true");
  drawer.querySelector("a")?.focus();
}

function load(): void {
  void historyList.load();
  void loadTopics();
  const left = outgoing.read();
  if (left !== null && left.arrivedIn === "" && route() === left.conversationId) {
    void settle(left);
    return;
  }
  outgoing.write(null);
  if (left !== null && left.arrivedIn !== "" && route() === "") history.replaceState(null, "", `#${left.arrivedIn}`);
  void visit();
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  void submit();
});
message.addEventListener("input", () => write(message.value));
persona.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && isComposing(event)) event.preventDefault();
});
message.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
  event.preventDefault();
  void submit();
});
stop.addEventListener("click", () => {
  stop.disabled = true;
  void debate?.stop().finally(() => (stop.disabled = false));
});
byId("rename", HTMLButtonElement).addEventListener("click", () => debate?.conversation && void rename(debate.conversation));
byId("delete", HTMLButtonElement).addEventListener("click", () => debate?.conversation && void remove(debate.conversation));
forget.addEventListener("click", () => {
  key.write(null);
  outgoing.write(null);
  location.replace(location.pathname);
});
menu.addEventListener("click", () => (drawer.classList.contains("open") ? closeDrawer() : openDrawer()));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || isComposing(event) || !drawer.classList.contains("open")) return;
  closeDrawer();
  menu.focus();
});
document.addEventListener("click", (event) => {
  if (!narrow.matches || !(event.target instanceof Node)) return;
  if (!drawer.contains(event.target) && !menu.contains(event.target)) closeDrawer();
});
for (const link of document.querySelectorAll(".new")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    if (route() !== "") history.pushState(null, "", location.pathname);
    closeDrawer();
    leave();
    void visit();
  });
}
// What somebody would rather debate goes into the box of a new debate, to be made a view.
byId("log", HTMLElement).addEventListener("newtopic", (event) => {
  history.pushState(null, "", location.pathname);
  void visit();
  message.value = (event as CustomEvent<string>).detail;
  message.focus();
});
const example = byId("example", HTMLElement);
example.textContent = example.textContent.replace("http://localhost:8080", location.origin);
addEventListener("hashchange", () => void visit());
load();
