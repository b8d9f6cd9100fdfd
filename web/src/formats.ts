// How debates can run: the formats to choose from, and where a debate is in its own.
import { client, duration, keyed, patience } from "./api.ts";
import { byId, element } from "./element.ts";
import type { Conversation, Format } from "./gen/debate/v1/debate_pb.ts";
import { words } from "./words.ts";

let known: Format[] = [];
let loading: Promise<void> = Promise.resolve();

// loadFormats offers what the service has; without them debates are open.
export function loadFormats(loaded: () => void): void {
  loading = keyed(() => client.listFormats({}, patience)).then(({ formats }) => {
    known = formats;
    const titles = formats.map((f) => element("option", { value: f.name, lang: languageOf(words.formats[f.name]) }, words.formats[f.name]?.[0] ?? f.title));
    byId("format", HTMLSelectElement).replaceChildren(...titles);
    loaded();
  }, () => {});
}

// languageOf says in which language the service's words are, where the page has none of its own.
const languageOf = (own: unknown): string => (own === undefined ? "en" : "");

export const formatOf = (conversation: Conversation | undefined): Format | undefined => known.find((f) => f.name === conversation?.format);

// clockOf is how long a message may take in a format, in milliseconds, 0 for as long as one likes.
export const clockOf = (format: Format | undefined): number => Number(format?.clock?.seconds ?? 0n) * 1000;

// showFormat describes a format before the debate. It says whether an opinion is asked for.
export function showFormat(name: string, box: HTMLElement): boolean {
  const format = known.find((f) => f.name === name);
  box.hidden = format === undefined || format.phases.length === 0;
  if (format === undefined || box.hidden) return false;
  box.lang = languageOf(words.formats[name]);
  const clock = clockOf(format);
  box.textContent = [
    words.formats[name]?.[1] ?? format.description,
    `${format.phases.map((p) => words.rounds(words.phases[`${name}/${p.name}`]?.[0] ?? p.name, p.rounds)).join(" → ")}.`,
    ...(clock === 0 ? [] : [`${words.clock(duration(clock / 1000))}.`]),
  ].join(" ");
  return format.asksOpinion;
}

// showPhases says where a debate is in its format, and what is asked of the person now.
export function showPhases(conversation: Conversation | undefined, list: HTMLOListElement, now: HTMLElement): void {
  const { format, phase, phaseAsks, over } = conversation ?? { format: "", phase: "", phaseAsks: "", over: false };
  const own = words.phases[`${format}/${phase}`];
  now.textContent = over ? words.over : own?.[1] ?? phaseAsks;
  now.lang = over ? "" : languageOf(own);
  now.hidden = now.textContent === "";
  list.hidden = true;
  if (phase === "" && !over) return;
  void loading.then(() => {
    const phases = formatOf(conversation)?.phases ?? [];
    const at = over ? phases.length : phases.findIndex((p) => p.name === phase);
    list.hidden = phases.length === 0;
    list.replaceChildren(...phases.map((p, i) => {
      const item = element("li", { className: i < at ? "done" : "" }, words.phases[`${format}/${p.name}`]?.[0] ?? p.name);
      if (i === at) item.setAttribute("aria-current", "step");
      return item;
    }));
  });
}
