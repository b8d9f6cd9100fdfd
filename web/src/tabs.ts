// What the tabs of one browser tell each other: which debates changed, and the key.
import { key } from "./session.ts";

type News =
  | { kind: "changed" | "deleted"; id: string }
  // A new tab asks for the key that another one was given.
  | { kind: "key?" }
  | { kind: "key"; value: string };

const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("debate");
let onNews = (_kind: "changed" | "deleted", _id: string): void => {};
const waiting = new Set<(value: string) => void>();

channel?.addEventListener("message", ({ data }: MessageEvent<News>) => {
  if (data.kind === "key?") {
    const value = key.read();
    if (value !== null) channel.postMessage({ kind: "key", value } satisfies News);
  } else if (data.kind === "key") {
    for (const take of waiting) take(data.value);
  } else {
    onNews(data.kind, data.id);
  }
});

export const tabs = {
  tell: (kind: "changed" | "deleted", id: string): void => channel?.postMessage({ kind, id } satisfies News),
  listen(to: typeof onNews): void {
    onNews = to;
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
    channel?.postMessage({ kind: "key?" } satisfies News);
  }),
};
