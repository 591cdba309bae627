// Keeps the app on the device, so that it opens without a network. APP (name, version, page, assets, photos) is put before this
// by the server. It keeps no list and no scans: those are the page's (store.js).

const CACHE = `${APP.name}-${APP.version}`;
const PHOTOS = `door-photos-${APP.name}`;
const MOST_PHOTOS = 2000;
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await Promise.all(APP.assets.map(async (address) => {
      const answer = await fetch(address, { cache: "reload" });
      if (answer.ok) await cache.put(address, answer);
    }));
    const page = await fetch(APP.page, { credentials: "same-origin", redirect: "error" });
    if (page.ok) await cache.put(APP.page, page);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(`${APP.name}-`) && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

// The page as the server has it now, and as it was kept where the server does not answer in time.
async function page(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(APP.page);
  try {
    const answer = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    if (answer.ok && !answer.redirected && answer.type !== "opaqueredirect") await cache.put(APP.page, answer.clone());
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function asset(request) {
  const kept = await (await caches.open(CACHE)).match(request, { ignoreSearch: true });
  return kept ?? fetch(request);
}

async function photo(request) {
  const cache = await caches.open(PHOTOS);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) {
      await cache.put(request, answer.clone());
      const keys = await cache.keys();
      if (keys.length > MOST_PHOTOS) await cache.delete(keys[0]);
    }
    return answer;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (address.pathname === APP.page) event.respondWith(page(request));
  } else if (address.pathname.startsWith(APP.photos)) event.respondWith(photo(request));
  else if (address.pathname.startsWith("/static/")) event.respondWith(asset(request));
});
