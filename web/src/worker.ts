// The page keeps itself for when there is no network, where the browser lets it.

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(): string }): { createScriptURL(url: string): string };
}

// keepPage has a worker keep the files of the page: see static/worker.js.
export function keepPage(): void {
  const path = "worker.js";
  const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes;
  const address = types?.createPolicy("worker", { createScriptURL: () => path }).createScriptURL(path) ?? path;
  void navigator.serviceWorker?.register(address).catch(() => undefined); // private windows forbid it
}
