// Keeps the files of this build for when there is no network, or no service: the page
// then opens, says so, and keeps what is written. With a network every file is the
// service's, so that nothing is older than the service is. Of what anybody's debates
// say nothing is kept: no other path is looked at.
const files = {}; // paths and hashes, from build.mjs
// The service may be below a path of its host, beside others that keep files too.
const base = new URL(".", location).pathname;
const name = base + "page";
// offline are the pages that were opened without a service: what they ask for next is of
// the same build.
const offline = new Set();

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(forget()));
addEventListener("fetch", (event) => {
  const { request, clientId } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || files[pathOf(url)] === undefined) return;
  if (request.mode === "navigate") event.respondWith(open(event));
  else if (offline.has(clientId)) event.respondWith(kept(url).then((file) => file ?? fetch(request)));
  // The name of this one says nothing of its build.
  else if (pathOf(url) !== "page.js") event.respondWith(fetch(request).catch(async (error) => (await kept(url)) ?? Promise.reject(error)));
});

// pathOf is a file's path as this build names it.
function pathOf(url) {
  return url.pathname.startsWith(base) ? url.pathname.slice(base.length) || "./" : undefined;
}

async function keep() {
  const cache = await caches.open(name);
  await Promise.all(Object.entries(files).map(async ([path, hash]) => {
    const answer = await fetch(path, { cache: "no-cache" });
    const sum = await crypto.subtle.digest("SHA-256", await answer.clone().arrayBuffer());
    if (btoa(String.fromCharCode(...new Uint8Array(sum))) !== hash) throw new Error(`${path} is of another build`);
    await cache.put(path, answer);
  }));
  await skipWaiting();
}

async function forget() {
  for (const other of await caches.keys()) if (other !== name && await isOlder(other)) await caches.delete(other);
  await registration.navigationPreload?.enable(); // the page does not wait for its worker
}

// isOlder knows what earlier builds kept here; the first of them named it without the path.
async function isOlder(cache) {
  if (!cache.startsWith("page-")) return cache.startsWith(`${base}page-`);
  return (await (await caches.open(cache)).match(base)) !== undefined;
}

async function open(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch (error) {
    const page = await kept(new URL("./", location));
    if (page === undefined) throw error;
    offline.add(event.resultingClientId);
    return page;
  }
}

async function kept(url) {
  return (await caches.open(name)).match(url.pathname);
}
