// What the tabs of one browser tell each other: what happened to debates, and the key.
import { key } from "./session.ts";

// News is what happened to a debate, wherever that was; "all" is about all of them.
export interface News {
  kind: "changed" | "judged" | "deleted" | "all";
  id: string;
  // turn is how a turn is now, as Debate.shows has it.
  turn?: string;
}

type Said =
  | { news: News }
  // A new tab asks for the key that another one was given.
  | { asks: "key" }
  | { key: string };

const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("debate");
let hear = (_news: News): void => {};
const waiting = new Set<(value: string) => void>();
const say = (said: Said): void => channel?.postMessage(said);

channel?.addEventListener("message", ({ data }: MessageEvent<Said>) => {
  if ("news" in data) hear(data.news);
  else if ("key" in data) for (const take of waiting) take(data.key);
  else {
    const value = key.read();
    if (value !== null) say({ key: value });
  }
});

export const tabs = {
  // tell tells the other tabs what this one did.
  tell: (kind: News["kind"], id: string): void => say({ news: { kind, id } }),
  // tellAll tells this tab too.
  tellAll(news: News): void {
    say({ news });
    hear(news);
  },
  listen(to: typeof hear): void {
    hear = to;
  },
  // askForKey resolves to the key of another tab, or null after a moment.
  askForKey: (): Promise<string | null> => new Promise((resolve) => {
    const answer = (value: string | null): void => {
      clearTimeout(timer);
      waiting.delete(answer);
      resolve(value);
    };
    const timer = setTimeout(() => answer(null), 200);
    waiting.add(answer);
    say({ asks: "key" });
  }),
};
