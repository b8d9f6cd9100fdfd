// Following a reply to its end, over as many connections as it takes.
import { Code, ConnectError } from "@connectrpc/connect";
import { Admission, client, refusal } from "./api.ts";
import type { ChatStreamResponse, Conversation, Turn } from "./gen/debate/v1/debate_pb.ts";

// Place is how far a reply is known.
export interface Place {
  turnId: string;
  attempt: number;
  // offset counts bytes; the next piece begins there.
  offset: bigint;
}

// Open makes the call that the reply begins with.
export type Open = (options: { signal: AbortSignal }) => AsyncIterable<Pick<ChatStreamResponse, "event">>;

export interface Listener {
  // started is called once, with what the service acknowledged.
  started(conversation: Conversation, turn: Turn, attempt: number): void;
  said(text: string): void;
  // restarted says that what was said is to be forgotten: it comes again.
  restarted(): void;
  // found is called when topic and sides become known after the start.
  found(conversation: Conversation): void;
  // connected says whether there is a connection, and if not, in how many
  // milliseconds the next one is tried.
  connected(yes: boolean, pause: number): void;
}

// silence is how long nothing may come; the service sends a heartbeat after 10 s. Who comes
// back to a page is not kept waiting as long: a phone that was put away has lost its
// connections without a word, and no timer ran.
const silence = 25_000;
const silenceBefore = 12_000;

// pauses lie between the connections that are tried in a row.
const pauses = [250, 500, 1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000, 8000, 8000];

// follow makes a call, and resumes it by WatchTurn whenever its connection is
// lost. Given a place instead of a call it begins there. It returns the turn,
// ended, and throws what the service refused it with.
export async function follow(begin: Open | Place, listener: Listener, signal: AbortSignal): Promise<Turn> {
  let open = typeof begin === "function" ? begin : undefined;
  let place = typeof begin === "function" ? undefined : begin;
  let announced = false;
  const admission = new Admission();
  for (let tries = 0; ; ) {
    const line = new Line(signal);
    try {
      const stream = place === undefined ? open?.({ signal: line.signal }) : client.watchTurn(place, { signal: line.signal });
      for await (const { event } of stream ?? []) {
        line.heard();
        if (tries > 0) listener.connected(true, 0);
        tries = 0;
        if (event.case === "started" && event.value.turn !== undefined && event.value.conversation !== undefined) {
          const { conversation, turn, attempt } = event.value;
          place ??= { turnId: turn.id, attempt, offset: 0n };
          open = undefined;
          if (!announced) listener.started(conversation, turn, attempt);
          announced = true;
        } else if (event.case === "conversation") {
          listener.found(event.value);
        } else if (event.case === "delta" && place !== undefined) {
          if (event.value.offset !== place.offset) {
            listener.restarted();
            place.offset = 0n;
            break;
          }
          listener.said(event.value.text);
          place.offset = event.value.nextOffset;
        } else if (event.case === "finished" && event.value.turn !== undefined) {
          return event.value.turn;
        }
      }
      throw new ConnectError("the stream ended before the reply did", Code.Unavailable);
    } catch (error) {
      if (signal.aborted || !(error instanceof ConnectError)) throw error;
      if (await admission.again(error)) continue;
      if (!refusal(error).lost) throw error;
      if (pauses[tries] === undefined && document.hidden) { // nobody is there to be told
        await seen(signal);
        tries = 0;
      }
      const pause = pauses[tries];
      if (pause === undefined) throw error;
      tries++;
      listener.connected(false, pause);
      await rest(pause, signal);
      if (signal.aborted) throw error;
    } finally {
      line.close();
    }
  }
}

// Line is one connection: its signal ends it when it is silent for too long.
export class Line {
  private readonly controller = new AbortController();
  readonly signal = this.controller.signal;
  private readonly hangUp = () => this.controller.abort();
  private readonly look = () => {
    if (!document.hidden && Date.now() - this.last > silenceBefore) this.hangUp();
  };
  private timer = setTimeout(this.hangUp, silence);
  private last = Date.now();

  constructor(private readonly outer: AbortSignal) {
    outer.addEventListener("abort", this.hangUp);
    document.addEventListener("visibilitychange", this.look);
  }

  heard(): void {
    this.last = Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(this.hangUp, silence);
  }

  close(): void {
    clearTimeout(this.timer);
    this.outer.removeEventListener("abort", this.hangUp);
    document.removeEventListener("visibilitychange", this.look);
    this.hangUp();
  }
}

// rest waits, but not longer than until the browser is online again or somebody comes back
// to the page.
export function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      document.removeEventListener("visibilitychange", look);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const look = () => document.hidden || done();
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
    document.addEventListener("visibilitychange", look);
    signal.addEventListener("abort", done);
  });
}

// seen waits until somebody looks at the page.
export async function seen(signal?: AbortSignal): Promise<void> {
  while (document.hidden && !signal?.aborted) {
    await new Promise((resolve) => {
      document.addEventListener("visibilitychange", resolve, { once: true });
      signal?.addEventListener("abort", resolve, { once: true });
    });
  }
}
