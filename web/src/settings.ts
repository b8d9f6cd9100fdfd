// What the person chose for this browser, and what their key has used.
import { byId } from "./element.ts";
import { key, settings } from "./session.ts";
import { locale, words } from "./words.ts";

// touch is where the focus brings a keyboard up over half of the page. Who has nothing to point
// with has a keyboard, and so does who has a laptop with a touchscreen.
export const touch = matchMedia("(pointer: coarse)");

// enterSends says what Enter does: on touch it is a new line, unless the person chose otherwise.
export const enterSends = (): boolean => (settings.enter.read() ?? (touch.matches ? "line" : "send")) === "send";

// offerSettings has the choices do what they say.
export function offerSettings(changed: () => void): void {
  for (const name of ["theme", "size", "language", "enter"] as const) {
    const select = byId(name, HTMLSelectElement);
    select.value = name === "enter" ? (enterSends() ? "send" : "line") : settings[name].read() ?? "";
    select.addEventListener("change", () => {
      settings[name].write(select.value === "" ? null : select.value);
      document.documentElement.dataset[name] = select.value;
      if (name === "language") location.reload(); // drafts outlive it
      changed();
    });
  }
  byId("settings", HTMLDetailsElement).addEventListener("toggle", () => void showUsage());
}

interface Usage {
  inputTokens?: string;
  outputTokens?: string;
}

// showUsage says what the key has used today. The call is not in the page's contract:
// it is seldom made, and its types would weigh as much as all of this.
async function showUsage(): Promise<void> {
  const box = byId("usage", HTMLElement);
  box.hidden = true;
  if (!byId("settings", HTMLDetailsElement).open) return;
  const used = key.read();
  const answer = await fetch("debate.v1.DebateService/GetUsage", {
    method: "POST", body: "{}", headers: { "Content-Type": "application/json", ...(used === null ? {} : { "X-API-Key": used }) },
  }).catch(() => undefined);
  if (answer?.ok !== true) return; // it is of no consequence
  const { days = [], dailyTokenQuota: most = "" } = await answer.json() as { days?: { date: string; turns?: string; replies?: Usage; sideCalls?: Usage }[]; dailyTokenQuota?: string };
  const today = days.find((d) => d.date === new Date().toISOString().slice(0, 10));
  const tokens = [today?.replies, today?.sideCalls].reduce((sum, u) => sum + Number(u?.inputTokens ?? 0) + Number(u?.outputTokens ?? 0), 0);
  box.hidden = today === undefined;
  const count = (n: number | string): string => Number(n).toLocaleString(locale);
  box.textContent = words.usage(count(today?.turns ?? 0), count(tokens), most === "" ? "" : count(most));
}
