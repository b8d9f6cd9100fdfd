// The service, as the page calls it: the client, the key, and what an error means.
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import "./pause.ts"; // between the library and the contract, which both take their time
import { breathe } from "./breath.ts";
import { openDialog } from "./dialog.ts";
import { DebateService } from "./gen/debate/v1/debate_pb.ts";
import { ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.ts";
import { key } from "./session.ts";
import { tabs } from "./tabs.ts";
import { words } from "./words.ts";

// base is where the service is: its page may be below a path of its host.
export const base = new URL(".", location.href).href.replace(/\/$/, "");

export const client = createClient(
  DebateService,
  createConnectTransport({
    baseUrl: base,
    useBinaryFormat: true, // build.mjs leaves the other one out
    // A deletion is also made while the page goes away.
    fetch: (input, init) => fetch(input, { ...init, keepalive: String(input).endsWith("/DeleteConversation") }),
    interceptors: [
      (next) => (request) => {
        const value = key.read();
        if (value !== null) request.header.set("X-API-Key", value);
        return next(request);
      },
    ],
  }),
);

// Reading the contract was as much as a phone should do at once.
await breathe();

// patience bounds a unary call; streams have heartbeats instead.
export const patience = { timeoutMs: 20_000 };

// Refusal is what an error means to the page.
export interface Refusal {
  reason: string;
  // text is for people.
  text: string;
  turnId: string;
  // wait is how many seconds to wait before the next try, 0 if that is not known.
  wait: number;
  // lost says that nothing was decided: the same call may be made again.
  lost: boolean;
}

const undecided = new Set(["DRAINING", "STORE_UNAVAILABLE"]);

// Cancelled says that the person did not wait for the service to answer.
export class Cancelled extends Error {}

export function refusal(error: unknown): Refusal {
  const e = ConnectError.from(error);
  const info = e.findDetails(ErrorInfoSchema).find((i) => i.domain === "debate.v1");
  const reason = info?.reason ?? (e.code === Code.Unauthenticated ? "UNAUTHENTICATED" : "");
  const delay = e.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return {
    reason,
    text: error instanceof Cancelled ? words.cancelled
      : words.refusals[reason] ?? (reason === "" ? words.lostForGood : words.otherwise(sentence(e.rawMessage))),
    wait: delay === undefined ? 0 : Math.max(1, Math.ceil(Number(delay.seconds) + delay.nanos / 1e9)),
    turnId: info?.metadata["turn_id"] ?? "",
    lost: reason === "" || undecided.has(reason),
  };
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

// duration is a wait in the largest unit that is not too large for it.
export function duration(seconds: number): string {
  if (seconds > 3600) return words.units.hour(Math.ceil(seconds / 3600));
  if (seconds > 60) return words.units.minute(Math.ceil(seconds / 60));
  return words.seconds(Math.max(1, Math.ceil(seconds)));
}

// keyed makes a call, and again with a key if the service wants one.
export async function keyed<T>(call: () => Promise<T>): Promise<T> {
  const admission = new Admission();
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(await admission.again(error))) throw error;
    }
  }
}

// Admission is what lets a call in, over all its tries.
export class Admission {
  private readonly dismissals = dismissals;
  private used = key.read();

  // again says whether a call that failed with error can be made again, because there
  // is another key now than the one it used. Who dismissed the question for one since
  // the call began is not asked again because of it, however late it was refused.
  async again(error: unknown): Promise<boolean> {
    if (refusal(error).reason !== "UNAUTHENTICATED") return false;
    const other = key.read() !== this.used || (dismissals === this.dismissals && (await askForKey(this.used !== null)));
    this.used = key.read();
    return other;
  }
}

let asking: Promise<boolean> | undefined;
let dismissals = 0;

// askForKey asks once, however many calls were refused.
function askForKey(refused: boolean): Promise<boolean> {
  asking ??= (async () => {
    const known = refused ? null : await tabs.askForKey();
    if (known !== null) {
      key.write(known);
      return true;
    }
    const answer = await openDialog({
      title: words.keyTitle,
      text: (refused ? words.keyRefused : "") + words.keyText,
      field: { label: words.key, secret: true, value: "" },
      confirm: words.useKey,
    });
    if (answer === null) dismissals++;
    const value = answer?.trim() ?? "";
    // Anything else cannot be put into a header.
    if (!/^[!-~]+$/.test(value)) return false;
    key.write(value);
    return true;
  })().finally(() => (asking = undefined));
  return asking;
}
