// The page's own words, in the browser's language where there are such.
// index.html holds its words in English; another language replaces them by key.

const seconds = (n: number): string => (n === 1 ? "1 second" : `${n} seconds`);

const en = {
  page: {} as Record<string, string>,
  debate: "Debate",
  you: "You",
  bot: "Bot",
  turn: (n: number) => `turn ${n}`,
  for: "for",
  against: "against",
  levels: ["", "difficulty: easy", "difficulty: fair", "difficulty: hard"],
  noMotion: "New debate",
  builtIn: "built-in opponent",
  builtInTitle: "Built into the service: no language model is at work",
  builtInStart: "You debate the built-in opponent: no language model is at work.",
  modelStart: (name: string) => `You debate the model ${name}.`,
  yourAnswer: "Your answer",
  makeYourCase: "Make your case, or just send",
  stateAView: "State a view: “Dogs are better than cats.”",
  motion: "Motion",
  chooseNone: "Choose no motion",
  surprise: "Surprise me",
  allMotions: "All motions",
  fewMotions: "Fewer motions",
  reads: (motion: string, you: string, bot: string) => [`Motion: “${motion}”.`, `You: ${you}.`, `Bot: ${bot}.`],
  maybe: "The model may read it otherwise.",
  tooLong: (n: number) => `Too long by ${n.toLocaleString("en")} ${n === 1 ? "character" : "characters"}.`,
  count: (n: number, most: number) => `${n.toLocaleString("en")} of ${most.toLocaleString("en")} characters`,
  sending: "Sending…",
  readingClaim: "Reading your claim…",
  thinking: "Thinking…",
  seconds,
  answering: "The bot is answering.",
  sendingWritten: "Sending what you had written…",
  lost: "The connection is lost. Trying again…",
  inSeconds: (n: number) => `in ${seconds(n)}`,
  lostForGood: "The connection to the service was lost.",
  cancelled: "Not waited for. If it had arrived already, sending the same again makes no second turn.",
  reconnect: "Reconnect",
  sendAgain: "Send again",
  tryAgain: "Try again",
  tryNow: "Try now",
  edit: "Edit",
  copy: "Copy",
  good: "Good reply",
  bad: "Bad reply",
  copied: "Copied",
  listen: "Listen",
  hush: "Stop reading",
  dictateTitle: "Your browser writes down what you say; some send the sound to their maker for that",
  notHeard: "Your browser could not hear you. Let it use the microphone, or type.",
  offline: "This device is offline. What you write is kept, and can be sent once it is back.",
  usage: (turns: string, tokens: string, most: string) => `Used today: ${turns} ${turns === "1" ? "turn" : "turns"}, ${tokens}${most === "" ? "" : ` of ${most}`} tokens.`,
  attempt: (n: number, all: number) => `${n} of ${all}`,
  earlierReply: "The reply before",
  laterReply: "The reply after",
  newDebate: (topic: string) => `New debate: ${topic}`,
  take: (motion: string) => `Debate: ${motion}`,
  stopped: "You stopped this reply.",
  failed: "No reply could be made",
  interrupted: "This reply was interrupted",
  greyIsHere: "What is grey was not kept by the service; you see it because this page had received it.",
  dismiss: "Dismiss",
  today: "Today",
  yesterday: "Yesterday",
  week: "The last seven days",
  noneFound: "No debate of yours has these words in its title or motion.",
  deleted: "The debate is deleted.",
  undo: "Undo",
  renameTitle: "Rename this debate",
  renameText: "The name is for your list; the motion stays as it is.",
  title: "Title",
  rename: "Rename",
  cancel: "Cancel",
  keyTitle: "API key",
  keyRefused: "That key was not accepted. ",
  keyText: "This service needs a key. It stays in your open tabs, and is forgotten when they close.",
  key: "Key",
  useKey: "Use this key",
  enterKey: "Enter a key",
  replied: "● Reply",
  tryAgainIn: (wait: string) => `Try again in ${wait}.`,
  tryAgainNow: "You can try again now.",
  editing: (n: number) => `You change what you said in turn ${n}: the debate goes on in a copy.`,
  forkHere: "Go on from here in a copy",
  over: "This debate is over.",
  watched: "Two models debate here. Whoever wants to join in goes on in a copy, from any reply.",
  checked: "checked",
  checkedTitle: "A second look found that this reply holds its side and seems to invent nothing.",
  drifted: "A second look found that this reply does not hold its side.",
  invents: "A second look found that this reply seems to contain invented figures or sources.",
  // formats and phases are told in the service's words where there are none here.
  formats: {} as Record<string, readonly [title: string, description: string]>,
  phases: {} as Record<string, readonly [name: string, asks: string]>,
  rounds: (name: string, n: number) => (n === 1 ? name : `${name} (${n} rounds)`),
  clock: (time: string) => `${time} for each message`,
  left: (time: string) => `${time} left`,
  timeIsUp: "Your time is up. You can still send.",
  takes: (point: string) => `Use: ${point}`,
  noHint: "Nothing new comes to mind.",
  after: {
    titles: { flow: "Flow", verdict: "Verdict", share: "Share" },
    loading: "Loading…",
    noPoints: "No points were made yet.",
    open: "open",
    answered: "answered",
    conceded: "conceded",
    dropped: "dropped",
    ask: "Ask for a verdict",
    judging: "The judge is reading…",
    noVerdict: "No verdict could be made",
    later: (n: number) => (n === 1 ? "One turn came since." : `${n} turns came since.`),
    youWon: "You had the better of it.",
    botWon: "The bot had the better of it.",
    won: (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)} had the better of it.`,
    undecided: "Undecided.",
    bestCase: "The best case for who lost",
    advice: "What you could do better",
    adviceFor: (name: string) => `What ${name} could do better`,
    byRules: "Judged by rules that count what was answered; no language model read it.",
    byModel: (name: string) => `Judged by ${name}.`,
    opinion: "How far do you agree with the motion, from −3 to 3?",
    neverSaid: "not said yet",
    moved: (before: number, after: number, turn: number) => `first ${before}, now ${after}${turn > 0 && before !== after ? `, since turn ${turn}` : ""}`,
    rematch: "Rematch with sides swapped",
    otherMotion: "Another motion",
    otherMotionText: "The debate goes on about it in a copy. The sides stay as they are, and what was said stays above.",
    goOn: "Go on",
    documents: "As a document",
    notShared: "Only you can read this debate. A page can be made that anybody may read who has its address: the debate, with what is still said in it, its flow and its verdict. You can take it away again.",
    share: "Share this debate",
    shared: "Anybody who has this address can read the debate, its flow and its verdict, until you stop sharing:",
    unshare: "Stop sharing",
  },
  units: { hour: (n: number) => `${n} hours`, minute: (n: number) => `${n} minutes` },
  refusals: {
    UNAUTHENTICATED: "This service needs an API key.",
    NOT_FOUND: "There is no such debate here. It may have been deleted, or belong to another key.",
    TURN_RUNNING: "The bot is still answering in this debate. Wait for the end, or stop it.",
    RATE_LIMITED: "That was faster than this service allows.",
    QUOTA_EXCEEDED: "Today’s allowance of this key is used up.",
    OVERLOADED: "The service is full just now.",
    DRAINING: "The service is restarting.",
    STORE_UNAVAILABLE: "The service cannot reach its database.",
  } as Record<string, string>,
  // otherwise tells a refusal that is not among these in the service's words, and why
  // in what words a turn failed; the button beside it says to retry.
  otherwise: (said: string) => said,
  why: (_reason: number, said: string) => said.replace(/; retry the turn$/, ""),
};

export type Words = typeof en;

// early.js has looked at the browser's languages.
const spanish = document.documentElement.lang === "es";

export const words: Words = spanish ? (await import("./es.ts")).es : en;

// locale is that of dates and numbers beside these words.
export const locale = spanish ? "es" : navigator.languages.find((l) => l.startsWith("en")) ?? "en";

// daysAgo counts the midnights since.
export function daysAgo(time: Date): number {
  const midnight = (d: Date): number => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  return Math.round((midnight(new Date()) - midnight(time)) / 86_400_000);
}

// when is a time, or its day where that is longer ago; exact has both then.
export function when(time: Date, exact = false): string {
  if (daysAgo(time) < (exact ? 1 : 2)) return time.toLocaleTimeString(locale, { timeStyle: "short" });
  return time.toLocaleString(locale, exact ? { dateStyle: "medium", timeStyle: "short" } : { dateStyle: "medium" });
}

// localize puts the words of another language than English into index.html.
export function localize(): void {
  document.documentElement.dataset["words"] = "";
  if (!spanish) return;
  for (const e of document.querySelectorAll<HTMLElement>("[data-t], [data-t-label], [data-t-placeholder]")) {
    const { t, tLabel, tPlaceholder } = e.dataset;
    if (t !== undefined) e.textContent = words.page[t] ?? e.textContent;
    if (tLabel !== undefined) e.ariaLabel = words.page[tLabel] ?? e.ariaLabel;
    if (tPlaceholder !== undefined && e instanceof HTMLInputElement) e.placeholder = words.page[tPlaceholder] ?? e.placeholder;
  }
}
