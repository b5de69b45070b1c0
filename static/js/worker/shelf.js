// What this device keeps for reading without network. Read by the service worker and by pages.
globalThis.keptShelf ??= (() => {
  const PARTS = "receptive-parts"; // styles, scripts and fonts, by their hashes
  const PAGES = "receptive-pages"; // the same for every student
  const MINE = "receptive-mine"; // gone when someone else is signed in
  const COURSE = "receptive-course-"; // kept on purpose
  const any = { ignoreVary: true };
  const own = async () => (await caches.keys()).filter((name) => name.startsWith("receptive-"));

  async function part(url) {
    const cache = await caches.open(PARTS);
    const kept = await cache.match(url, any);
    if (kept) return kept;
    const answer = await fetch(url);
    if (answer.ok) await cache.put(url, answer.clone());
    return answer;
  }

  async function place(url, whose, course) {
    if (whose === "mine") return MINE;
    if (course) return COURSE + course;
    for (const name of (await own()).filter((one) => one.startsWith(COURSE)))
      if (await (await caches.open(name)).match(url, any)) return name;
    return PAGES;
  }

  // Keeps an answer that says that it may be kept, with the styles and scripts that it names; gives its bytes.
  async function put(url, answer, course) {
    const whose = answer.headers.get("receptive-keep");
    if (!answer.ok || answer.redirected || !whose) return 0;
    const body = await answer.arrayBuffer();
    const type = answer.headers.get("content-type") ?? "";
    const html = type.startsWith("text/html") ? new TextDecoder().decode(body) : "";
    const title = encodeURIComponent(html.match(/<title>([^<]*)/)?.[1] ?? "");
    const notes = { at: new Date().toISOString(), size: body.byteLength, title };
    const headers = new Headers({ "content-type": type });
    for (const [name, value] of Object.entries(notes)) headers.set(`receptive-${name}`, value);
    const name = await place(url, whose, course);
    await (await caches.open(name)).put(url, new Response(body, { headers }));
    if (course) await (await caches.open(PAGES)).delete(url, any);
    for (const [named] of html.matchAll(/\/static\/[\w./-]+\?v=[0-9a-f]{12}/g)) await part(named).catch(() => {});
    await keptShelf.trim(name);
    return body.byteLength;
  }

  // The copy of an address; of a page, also one that was asked for with another query.
  async function find(url, page) {
    const exact = await caches.match(url, any);
    if (exact || !page) return exact;
    for (const name of await own()) {
      const near = await (await caches.open(name)).matchAll(url, { ...any, ignoreSearch: true });
      const whole = near.find((kept) => kept.headers.get("receptive-title"));
      if (whole) return whole;
    }
  }

  return { PARTS, PAGES, MINE, COURSE, any, find, own, part, put };
})();
