// The service, as the page calls it: the client, the key, and what an error means.
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { openDialog } from "./dialog.ts";
import { DebateService } from "./gen/debate/v1/debate_pb.ts";
import { ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.ts";
import { key } from "./session.ts";

export const client = createClient(
  DebateService,
  createConnectTransport({
    baseUrl: location.origin,
    interceptors: [
      (next) => (request) => {
        const value = key.read();
        if (value !== null) request.header.set("X-API-Key", value);
        return next(request);
      },
    ],
  }),
);

// patience bounds a unary call; streams have heartbeats instead.
export const patience = { timeoutMs: 20_000 };

// Refusal is what an error means to the page.
export interface Refusal {
  reason: string;
  // text is for people.
  text: string;
  turnId: string;
  // lost says that nothing was decided: the same call may be made again.
  lost: boolean;
}

const plain: Record<string, string> = {
  UNAUTHENTICATED: "This service needs an API key.",
  NOT_FOUND: "There is no such debate here. It may have been deleted, or belong to another key.",
  TURN_RUNNING: "The bot is still answering in this debate. Wait for the end, or stop it.",
  RATE_LIMITED: "That was faster than this service allows.",
  QUOTA_EXCEEDED: "Today’s allowance of this key is used up.",
  OVERLOADED: "The service is full just now.",
  DRAINING: "The service is restarting.",
  STORE_UNAVAILABLE: "The service cannot reach its database.",
};

const undecided = new Set(["DRAINING", "STORE_UNAVAILABLE"]);

export function refusal(error: unknown): Refusal {
  const e = ConnectError.from(error);
  const info = e.findDetails(ErrorInfoSchema).find((i) => i.domain === "debate.v1");
  const reason = info?.reason ?? (e.code === Code.Unauthenticated ? "UNAUTHENTICATED" : "");
  const delay = e.findDetails(RetryInfoSchema)[0]?.retryDelay;
  let text = plain[reason] ?? (reason === "" ? "The connection to the service was lost." : sentence(e.rawMessage));
  if (delay !== undefined) text += ` Try again in ${duration(Number(delay.seconds) + delay.nanos / 1e9)}.`;
  return {
    reason,
    text,
    turnId: info?.metadata["turn_id"] ?? "",
    lost: reason === "" || undecided.has(reason),
  };
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

function duration(seconds: number): string {
  for (const [size, unit] of [[3600, "hour"], [60, "minute"]] as const) {
    if (seconds > size) return `${Math.ceil(seconds / size)} ${unit}s`;
  }
  const whole = Math.max(1, Math.ceil(seconds));
  return whole === 1 ? "1 second" : `${whole} seconds`;
}

// keyed makes a call, and again with a key if the service wants one.
export async function keyed<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    const used = key.read();
    try {
      return await call();
    } catch (error) {
      if (!(await admitted(error, used))) throw error;
    }
  }
}

// admitted says whether a call that failed with error can be made again,
// because there is another key now than the one it used.
export async function admitted(error: unknown, used: string | null): Promise<boolean> {
  if (refusal(error).reason !== "UNAUTHENTICATED") return false;
  return key.read() !== used || (await askForKey(used !== null));
}

let asking: Promise<boolean> | undefined;

// askForKey asks once, however many calls were refused.
function askForKey(refused: boolean): Promise<boolean> {
  asking ??= openDialog({
    title: "API key",
    text: (refused ? "That key was not accepted. " : "") +
      "This service needs a key. It stays in this tab, and is forgotten when the tab closes.",
    field: { label: "Key", secret: true, value: "" },
    confirm: "Use this key",
  }).then((answer) => {
    asking = undefined;
    const value = answer?.trim() ?? "";
    // Anything else cannot be put into a header.
    if (!/^[!-~]+$/.test(value)) return false;
    key.write(value);
    return true;
  });
  return asking;
}
