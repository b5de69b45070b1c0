// How much is kept, and what of it goes first. Read after shelf.js.
Object.assign(keptShelf, {
  room: { [keptShelf.PAGES]: 24e6, [keptShelf.MINE]: 24e6 },
  // Of one style or script: pages that were kept earlier name earlier ones.
  versions: 3,

  // What was visited longest ago goes first; what is kept on purpose stays.
  async trim(name) {
    if (!keptShelf.room[name]) return;
    const cache = await caches.open(name);
    let used = 0;
    for (const key of (await cache.keys()).reverse()) {
      const size = Number((await cache.match(key, keptShelf.any))?.headers.get("receptive-size") ?? 0);
      used += size;
      if (size && used > keptShelf.room[name]) await cache.delete(key);
    }
  },

  async tidy() {
    const cache = await caches.open(keptShelf.PARTS);
    const seen = {};
    for (const key of (await cache.keys()).reverse()) {
      const { pathname } = new URL(key.url);
      seen[pathname] = (seen[pathname] ?? 0) + 1;
      if (seen[pathname] > keptShelf.versions) await cache.delete(key);
    }
  },

  // [{url, title, at, size, course}] of everything but parts, newest first; what is no page has no title.
  async list() {
    const found = [];
    for (const name of await keptShelf.own()) {
      const cache = await caches.open(name);
      const course = name.startsWith(keptShelf.COURSE) ? name.slice(keptShelf.COURSE.length) : "";
      for (const key of await cache.keys()) {
        const kept = await cache.match(key, keptShelf.any);
        const [at, title, size] = ["at", "title", "size"].map((one) => kept?.headers.get(`receptive-${one}`));
        if (at) found.push({ url: key.url, title: decodeURIComponent(title), at, size: Number(size), course });
      }
    }
    return found.sort((a, b) => (a.at < b.at ? 1 : -1));
  },
});
