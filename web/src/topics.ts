// The curated motions on the first screen: five of different kinds, or all of them.
import { client, keyed, patience } from "./api.ts";
import { byId, element } from "./element.ts";
import type { Topic } from "./gen/debate/v1/debate_pb.ts";
import { words } from "./words.ts";

const few = 5;

let known: Promise<string[]> = Promise.resolve([]);

// motions are those that were loaded, none if that failed.
export const motions = (): Promise<string[]> => known;

// loadTopics shows motions; choose takes one up.
export async function loadTopics(choose: (motion: string) => void, opponent: (model: string) => void, complain: (error: unknown) => void): Promise<void> {
  const call = keyed(() => client.listTopics({ language: document.documentElement.lang }, patience));
  known = call.then(({ topics }) => topics.map((t) => t.topic), () => []);
  try {
    const { topics, opponent: model } = await call;
    opponent(model);
    if (topics.length > 0) show(topics, mixed(topics), choose);
  } catch (error) {
    complain(error);
  }
}

function show(topics: Topic[], first: Topic[], choose: (motion: string) => void): void {
  const box = byId("topics", HTMLElement);
  const button = (text: string, className: string, act: () => void): HTMLButtonElement => {
    const made = element("button", { type: "button", className, dir: "auto" }, text);
    made.addEventListener("click", act);
    return made;
  };
  const motion = (t: Topic): HTMLElement => button(t.topic, "topic", () => choose(t.topic));
  const surprise = button(words.surprise, "quiet", () => choose(pick(topics).topic));
  const fewer = (): void => {
    const all = button(words.allMotions, "quiet", () => {
      box.replaceChildren(...grouped(topics, motion), element("p", { className: "more" }, surprise, button(words.fewMotions, "quiet", fewer)));
      box.querySelector<HTMLElement>(".topic")?.focus();
    });
    box.replaceChildren(element("section", {}, ...first.map(motion)), element("p", { className: "more" }, surprise, all));
  };
  fewer();
}

function grouped(topics: Topic[], motion: (t: Topic) => HTMLElement): HTMLElement[] {
  const groups = new Map<string, Topic[]>();
  for (const t of topics) groups.set(t.category, [...(groups.get(t.category) ?? []), t]);
  return [...groups].map(([category, members]) => element("section", {}, element("h2", {}, category), ...members.map(motion)));
}

function pick<T>(all: T[]): T {
  return all[Math.floor(Math.random() * all.length)] as T;
}

// mixed are a few motions of different categories, others each time.
function mixed(topics: Topic[]): Topic[] {
  const shuffled = [...topics];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j] as Topic, shuffled[i] as Topic];
  }
  const seen = new Set<string>();
  const different = shuffled.filter((t) => !seen.has(t.category) && seen.add(t.category));
  return [...different, ...shuffled.filter((t) => !different.includes(t))].slice(0, few);
}
