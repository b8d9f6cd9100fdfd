// What happens to the person's debates in other browsers and programs. One tab of a
// browser listens to the service, and tells the others.
import { Line, rest, seen } from "./follow.ts";
import { key } from "./session.ts";
import { type News, tabs } from "./tabs.ts";

// first and most are how long it is until the service is called again after a line
// was lost, and then twice as long each time.
const first = 1000;
const most = 60_000;

interface Change {
  conversation_id?: string;
  turn_id?: string;
  attempt?: number;
  state?: string;
}

const kinds: Record<string, News["kind"]> = { reload: "all", debate_deleted: "deleted", verdict_ended: "judged" };

// listenForever follows what happens under the key that the page has at the time.
export async function listenForever(): Promise<never> {
  for (;;) {
    const used = key.read();
    // Where there are no locks, which is on plain http, each tab that is seen listens.
    await (navigator.locks?.request(`debate.events.${hash(used ?? "")}`, () => listen(used)) ?? listen(used));
  }
}

// hash tells keys apart without showing them.
function hash(text: string): number {
  return [...text].reduce((h, c) => Math.imul(h ^ (c.codePointAt(0) ?? 0), 16777619), 2166136261);
}

// listen follows what happens until there is another key, over as many connections
// as it takes: each goes on where the one before ended.
async function listen(used: string | null): Promise<void> {
  let after = "";
  let pause = first;
  while (key.read() === used) {
    const hidden = new AbortController();
    const hide = (): void => hidden.abort();
    if (navigator.locks === undefined) {
      await seen();
      document.addEventListener("visibilitychange", hide, { once: true });
    }
    const line = new Line(hidden.signal);
    try {
      const headers: Record<string, string> = { ...(used === null ? {} : { "X-API-Key": used }), ...(after === "" ? {} : { "Last-Event-ID": after }) };
      const answer = await fetch("events", { headers, signal: line.signal });
      if (answer.status === 400) after = ""; // it is no place any more
      if (answer.ok && answer.body !== null) {
        await read(answer.body, (place, kind, data) => {
          line.heard();
          pause = first;
          after = place || after;
          if (kind === "") return;
          const { conversation_id: id = "", turn_id, attempt, state } = JSON.parse(data) as Change;
          tabs.tellAll({ kind: kinds[kind] ?? "changed", id, turn: [turn_id, attempt, state].join() });
        });
      }
    } catch {
      // the line was lost
    } finally {
      line.close();
      document.removeEventListener("visibilitychange", hide);
    }
    await rest(pause, new AbortController().signal);
    pause = Math.min(2 * pause, most);
  }
}

// read takes a stream of server-sent events apart, each of them of one line of data.
async function read(body: ReadableStream<Uint8Array>, take: (id: string, kind: string, data: string) => void): Promise<void> {
  const texts = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await texts.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? "";
      take(field("id"), field("event"), field("data"));
    }
  }
}
