// The list of debates that were, the latest first, by day; or those that a search finds.
import { client, keyed, patience, refusal } from "./api.ts";
import { byId, element } from "./element.ts";
import type { Conversation } from "./gen/debate/v1/debate_pb.ts";
import { daysAgo, locale, when, words } from "./words.ts";

const pageSize = 25;

// Entry is a conversation as it was told of at a time, in milliseconds.
interface Entry {
  conversation: Conversation;
  item: HTMLLIElement;
  at: number;
}

// pause is how long nothing is typed before it is searched for.
const pause = 250;

export class HistoryList {
  private readonly box = byId("debates", HTMLElement);
  private readonly older = byId("older", HTMLButtonElement);
  private readonly search = byId("search", HTMLInputElement);
  private readonly nothing = byId("nothing", HTMLElement);
  private items = new Map<string, Entry>();
  private readonly hidden = new Set<string>();
  private next = "";
  private query = "";
  private current = "";
  private asked = 0;

  constructor(private readonly complain: (error: unknown) => void) {
    this.older.addEventListener("click", () => void this.more());
    let timer: ReturnType<typeof setTimeout>;
    this.search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        this.query = this.search.value.trim();
        void this.load();
      }, pause);
    });
  }

  // load shows the first page anew.
  async load(): Promise<void> {
    this.next = "";
    await this.more(new Map());
  }

  // refresh looks for what is new at the top, and what is there no more.
  async refresh(): Promise<void> {
    if (this.query !== "") return;
    const since = performance.now();
    try {
      const { conversations, nextPageToken } = await client.listConversations({ pageSize }, patience);
      const last = conversations.at(-1);
      const end = nextPageToken === "" || last === undefined ? 0 : time(last);
      this.take(conversations, new Map([...this.items].filter(([, { conversation }]) => time(conversation) < end)), since);
    } catch {
      // the list can wait for the next look
    }
  }

  // put shows a conversation at its place, unless it is known as it was later. A search
  // goes on showing what it found.
  put(conversation: Conversation): void {
    const known = this.items.get(conversation.id)?.conversation;
    if (known === undefined ? this.query !== "" : time(known) > time(conversation)) return;
    this.items.set(conversation.id, this.entry(conversation));
    this.arrange();
  }

  private entry(conversation: Conversation): Entry {
    return { conversation, item: this.item(conversation), at: performance.now() };
  }

  // take shows what was listed beside some items. What was told of since it was asked
  // for, or is as new, is what is known of a conversation.
  private take(listed: Conversation[], items: Map<string, Entry>, since: number): void {
    for (const conversation of listed) {
      const known = this.items.get(conversation.id);
      items.set(conversation.id, known !== undefined && time(known.conversation) >= time(conversation) ? known : this.entry(conversation));
    }
    for (const [id, known] of this.items) if (known.at > since && this.query === "") items.set(id, known);
    this.items = items;
    this.arrange();
  }

  remove(id: string): void {
    this.items.delete(id);
    this.arrange();
  }

  // hide leaves out a debate that is about to be deleted.
  hide(id: string, yes: boolean): void {
    if (yes) this.hidden.add(id);
    else this.hidden.delete(id);
    this.arrange();
  }

  // select marks the one that is open.
  select(id: string): void {
    this.current = id;
    for (const [other, { item }] of this.items) this.mark(other, item);
  }

  private mark(id: string, item: HTMLLIElement): void {
    const link = item.querySelector("a");
    if (id === this.current) link?.setAttribute("aria-current", "page");
    else link?.removeAttribute("aria-current");
  }

  private async more(items = this.items): Promise<void> {
    const asked = ++this.asked;
    const since = performance.now();
    this.older.disabled = true;
    try {
      const { conversations, nextPageToken } = await keyed(() =>
        client.listConversations({ pageSize, pageToken: this.next, query: this.query }, patience));
      if (asked !== this.asked) return; // something else was typed meanwhile
      this.take(conversations, items, since);
      this.next = nextPageToken;
      this.older.hidden = nextPageToken === "";
      this.nothing.hidden = this.query === "" || items.size > 0;
      this.nothing.textContent = this.nothing.hidden ? "" : words.noneFound;
    } catch (error) {
      this.complain(error);
      this.older.hidden = refusal(error).reason === "UNAUTHENTICATED";
    } finally {
      this.older.disabled = false;
    }
  }

  // arrange puts the items under their days. The focus stays where it is.
  private arrange(): void {
    const focused = document.activeElement;
    const all = [...this.items.values()].filter(({ conversation }) => !this.hidden.has(conversation.id))
      .sort((a, b) => time(b.conversation) - time(a.conversation));
    const groups: HTMLElement[] = [];
    let day = "";
    for (const { conversation, item } of all) {
      const name = dayOf(new Date(time(conversation)));
      if (name !== day) groups.push(element("h3", {}, name), element("ul"));
      day = name;
      groups.at(-1)?.append(item);
    }
    this.box.replaceChildren(...groups);
    if (focused instanceof HTMLElement && focused.isConnected && this.box.contains(focused)) focused.focus();
  }

  private item(conversation: Conversation): HTMLLIElement {
    const link = element("a", { href: `#${conversation.id}` },
      element("span", { className: "title", dir: "auto" }, conversation.title || words.noMotion),
      element("span", { className: "when" }, when(new Date(time(conversation)))));
    const item = element("li", {}, link);
    this.mark(conversation.id, item);
    return item;
  }
}

// time is when a conversation became as it is, in milliseconds.
export function time(c: Conversation): number {
  return Number(c.updateTime?.seconds ?? 0n) * 1000 + (c.updateTime?.nanos ?? 0) / 1e6;
}

function dayOf(time: Date): string {
  const ago = daysAgo(time);
  if (ago < 2) return ago < 1 ? words.today : words.yesterday;
  return ago < 8 ? words.week : time.toLocaleDateString(locale, { month: "long", year: "numeric" });
}
