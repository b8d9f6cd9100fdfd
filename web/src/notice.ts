// The notice above the box: what went wrong, what can be done, and for how long not.
import { duration, refusal } from "./api.ts";
import { byId, element } from "./element.ts";
import { words } from "./words.ts";

const box = byId("notice", HTMLElement);
const said = byId("notice-text", HTMLElement);
const wait = byId("notice-wait", HTMLElement);
const offered = byId("notice-actions", HTMLElement);
let clock: ReturnType<typeof setInterval> | undefined;

// notice shows a text, or nothing. With seconds it counts down to when something
// can be tried again.
export function notice(text: string, actions: HTMLElement[] = [], seconds = 0): void {
  clearInterval(clock);
  box.hidden = text === "";
  said.textContent = text;
  wait.textContent = "";
  const close = element("button", { type: "button", className: "quiet", ariaLabel: words.dismiss }, "✕");
  close.addEventListener("click", () => notice(""));
  offered.replaceChildren(...actions, close);
  if (seconds === 0) return;
  const until = Date.now() + seconds * 1000;
  const tick = (): void => {
    const left = Math.ceil((until - Date.now()) / 1000);
    wait.textContent = left > 0 ? words.tryAgainIn(duration(left)) : words.tryAgainNow;
    if (left <= 0) clearInterval(clock);
  };
  clock = setInterval(tick, 1000);
  tick();
}

// complain says what an error means, and what can be done: try is offered where the
// same can help.
export function complain(error: unknown, retry?: { text: string; act: () => void }): void {
  const { text, reason, wait: seconds, lost } = refusal(error);
  const offers: HTMLElement[] = [];
  const offer = (label: string, act: () => void): void => {
    const button = element("button", { type: "button" }, label);
    button.addEventListener("click", act);
    offers.push(button);
  };
  if (reason === "UNAUTHENTICATED") offer(words.enterKey, () => location.reload());
  else if (retry !== undefined && lost) offer(retry.text, retry.act);
  notice(lost && reason === "" && !navigator.onLine ? words.offline : text, offers, seconds);
}
