// What lies over the page, as it does on a phone, goes away by the browser's Back, which
// would else leave the debate under it.
const open: (() => void)[] = [];

// lay takes note of what lies over all the rest from now on, and how it is closed.
export function lay(close: () => void): void {
  if (open.includes(close)) return;
  open.push(close);
  history.pushState({ over: open.length }, "");
}

// lift takes note that it was closed in another way.
export function lift(close: () => void): void {
  const at = open.indexOf(close);
  if (at < 0) return;
  open.splice(at, 1);
  if (depth() > open.length) history.back();
}

// covered says whether something lies over the page.
export const covered = (): boolean => depth() > 0;

// go opens a debate from something that lies over another one, which it takes the place of.
export function go(id: string): void {
  if (covered()) location.replace(`#${id}`);
  else location.hash = id;
}

function depth(): number {
  return (history.state as { over?: number } | null)?.over ?? 0;
}

addEventListener("popstate", () => {
  while (open.length > depth()) open.pop()?.();
});
