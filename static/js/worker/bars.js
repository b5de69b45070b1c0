// Pages without network say so: a bar at the top, whose words are those of the page for what is not kept.
self.bars = {
  words: async () => (await caches.match("/offline")) ?? fetch("/offline"),

  async barred(page, bar) {
    const html = await page.text();
    const words = await (await bars.words()).text();
    const found = words.match(new RegExp(`<template id="bar-${bar}">([\\s\\S]*?)</template>`))?.[1] ?? "";
    const at = page.headers.get("receptive-at");
    const language = html.match(/<html lang="([\w-]+)"/)?.[1];
    const time =
      at && new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
    const said = found.replace("{at}", () => `<time datetime="${at}">${time}</time>`);
    const shown = html.replace(/<a class="skip"[\s\S]*?<\/a>/, (skip) => skip + said);
    return new Response(shown, { status: at ? 200 : 503, headers: { "content-type": "text/html; charset=utf-8" } });
  },

  async missing() {
    const page = await caches.match("/offline");
    return page ? self.bars.barred(page, "missing") : Response.error();
  },
};
