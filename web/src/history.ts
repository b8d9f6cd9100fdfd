// The list of debates that were, the latest first.
import { client, keyed, patience } from "./api.ts";
import { byId, element } from "./element.ts";
import type { Conversation } from "./gen/debate/v1/debate_pb.ts";

const pageSize = 25;

export class HistoryList {
  private readonly list = byId("debates", HTMLUListElement);
  private readonly older = byId("older", HTMLButtonElement);
  private readonly items = new Map<string, HTMLLIElement>();
  private next = "";
  private current = "";

  constructor(private readonly complain: (error: unknown) => void) {
    this.older.addEventListener("click", () => void this.more());
  }

  // load shows the first page anew.
  async load(): Promise<void> {
    this.items.clear();
    this.list.replaceChildren();
    this.next = "";
    await this.more();
  }

  // put shows a conversation at the top, as it is now.
  put(conversation: Conversation): void {
    this.items.get(conversation.id)?.remove();
    this.list.prepend(this.item(conversation));
  }

  remove(id: string): void {
    this.items.get(id)?.remove();
    this.items.delete(id);
  }

  // select marks the one that is open.
  select(id: string): void {
    this.current = id;
    for (const [other, item] of this.items) this.mark(other, item);
  }

  private mark(id: string, item: HTMLLIElement): void {
    const link = item.querySelector("a");
    if (id === this.current) link?.setAttribute("aria-current", "page");
    else link?.removeAttribute("aria-current");
  }

  private async more(): Promise<void> {
    this.older.disabled = true;
    try {
      const { conversations, nextPageToken } = await keyed(() => client.listConversations({ pageSize, pageToken: this.next }, patience));
      // One that moved to the top meanwhile is there already.
      for (const c of conversations) if (!this.items.has(c.id)) this.list.append(this.item(c));
      this.next = nextPageToken;
      this.older.hidden = nextPageToken === "";
    } catch (error) {
      this.complain(error);
      this.older.hidden = false;
    } finally {
      this.older.disabled = false;
    }
  }

  private item(conversation: Conversation): HTMLLIElement {
    const seconds = Number(conversation.updateTime?.seconds ?? 0n);
    const link = element("a", { href: `#${conversation.id}` },
      element("span", { className: "title", dir: "auto" }, conversation.title || "No motion yet"),
      element("span", { className: "when" }, when(new Date(seconds * 1000))));
    const item = element("li", {}, link);
    this.items.set(conversation.id, item);
    this.mark(conversation.id, item);
    return item;
  }
}

function when(time: Date): string {
  return time.toDateString() === new Date().toDateString()
    ? time.toLocaleTimeString(undefined, { timeStyle: "short" })
    : time.toLocaleDateString(undefined, { dateStyle: "medium" });
}
