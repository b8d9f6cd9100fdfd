// What lies over the page, as it does on a phone, goes away by the browser's Back, which
// would else leave the debate under it.
const open: (() => void)[] = [];

// leaving says that a step back was asked for and has not been made yet: the browser takes its
// while, and what is laid over the page meanwhile must not be taken away by it.
let leaving = false;

// lay takes note of what lies over all the rest from now on, and how it is closed.
export function lay(close: () => void): void {
  if (open.includes(close)) return;
  open.push(close);
  settle();
}

// lift takes note that it was closed in another way.
export function lift(close: () => void): void {
  const at = open.indexOf(close);
  if (at < 0) return;
  open.splice(at, 1);
  settle();
}

// settle has the browser's history hold an entry for each that lies over the page.
function settle(): void {
  if (leaving) return;
  leaving = depth() > open.length;
  if (leaving) history.back();
  else for (let over = depth() + 1; over <= open.length; over++) history.pushState({ over }, "");
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
  if (leaving) {
    leaving = false;
    settle();
  } else while (open.length > depth()) open.pop()?.();
});
