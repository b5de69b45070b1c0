// Whose the personal part of what is kept is: whoever was signed in before leaves nothing for the next.
{
  const WHO = "/.who"; // stands among it, and goes with it
  let known;

  Object.assign(keptShelf, {
    who: async () => (await caches.match(WHO))?.text(),

    // Told by each answer of the server who it is for.
    async meet(tag) {
      if (!tag || tag === known) return;
      const before = await keptShelf.who();
      if (before?.slice(2) !== tag.slice(2)) await caches.delete(keptShelf.MINE);
      if (before !== tag) await (await caches.open(keptShelf.MINE)).put(WHO, new Response(tag));
      known = tag;
    },

    async forget() {
      known = undefined;
      await caches.delete(keptShelf.MINE);
    },
  });
}
