// What is a student's own is asked for again a little after they changed it, where it is kept.
{
  const AFTER = 5000;
  const changes = new Map();

  async function renew(url) {
    const under = changes.has(url);
    changes.set(url, (changes.get(url) ?? 0) + 1);
    if (under) return;
    for (let seen = 0; seen !== changes.get(url); ) {
      seen = changes.get(url);
      await new Promise((done) => setTimeout(done, AFTER));
    }
    changes.delete(url);
    if (await (await caches.open(keptShelf.MINE)).match(url, keptShelf.any)) await answers.keep(url, await fetch(url));
  }

  // The words of what is done without network, in the language that was just chosen.
  async function renewWords() {
    await new Promise((done) => setTimeout(done, AFTER));
    await (await caches.open(keptShelf.PARTS)).add(new Request("/offline", { cache: "no-store" }));
  }

  self.posted = (event, { pathname }) => {
    if (pathname === "/language") event.waitUntil(renewWords());
    if (pathname === "/sign-out") event.waitUntil(keptShelf.forget());
    const lab = pathname.match(/^(\/courses\/[\w-]+\/labs\/[\w-]+)\/(?:runs|predictions)$/)?.[1];
    const page = /^\/courses\/.+\/questions\//.test(pathname) && new URL(event.request.referrer || location).pathname;
    const lesson = page?.includes?.("/lessons/") && page;
    for (const url of [lab && `${lab}?fragment=pane`, lesson && `${lesson}/mine`])
      if (url) event.waitUntil(renew(url).catch(() => {}));
  };
}
