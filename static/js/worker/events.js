// When the worker acts: as it comes, as it takes over, on each request, and when the network is back.
addEventListener("install", (event) => {
  const begin = async () => {
    await Promise.all(self.site.needed.map(keptShelf.part));
    await (await caches.open(keptShelf.PARTS)).add(new Request("/offline", { cache: "no-store" }));
    // Pages name their styles and scripts by hash, so that an open one is none the worse for a newer worker.
    await skipWaiting();
  };
  event.waitUntil(begin());
});

addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([keptShelf.tidy(), registration.navigationPreload?.enable(), clients.claim()]));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST") posted(event, url);
  if (request.method !== "GET" || request.headers.has("receptive-course")) return;
  if (url.pathname.startsWith("/static/") && url.search.startsWith("?v=")) event.respondWith(answers.part(event));
  else if (request.mode === "navigate") event.respondWith(answers.page(event));
  else if (url.pathname === "/offline") event.respondWith(bars.words());
  else if (url.pathname.startsWith("/courses/")) event.respondWith(answers.fragment(event));
});

// A first visit's pages and parts were loaded before there was a worker to keep them.
addEventListener("message", (event) => {
  const kept = (event.data.keep ?? []).map(async (url) =>
    new URL(url).pathname.startsWith("/static/") ? keptShelf.part(url) : answers.keep(url, await fetch(url)),
  );
  event.waitUntil(Promise.allSettled(kept));
});

addEventListener("sync", (event) => {
  if (event.tag !== "waiting") return;
  const sent = async () => {
    if (await unsentAnswers.flush()) throw new Error("some still wait"); // The browser then tries again by itself.
  };
  event.waitUntil(sent());
});
