// How the worker answers: from the network wherever it works; a copy only where it does not, and saying so.
{
  const PATIENCE = 5000;
  const ours = (answer) => answer.headers.get("content-security-policy")?.startsWith("default-src 'none'");

  // A proxy whose server is away is no answer.
  function alive(answer) {
    if (answer.status >= 502 && answer.status <= 504 && !ours(answer)) throw new Error("no server");
    return answer;
  }

  async function keep(url, answer) {
    await keptShelf.meet(answer.headers.get("receptive-who"));
    await keptShelf.put(url, answer).catch(() => {}); // No room: what is there already stays.
  }

  function fromNetwork(event) {
    const { request, preloadResponse } = event;
    const network = Promise.resolve(preloadResponse)
      .then((early) => early ?? fetch(request))
      .then(alive);
    event.waitUntil(network.then((answer) => keep(request.url, answer.clone())).catch(() => {}));
    return network;
  }

  // `shown` makes an answer of the address's copy where the network fails, or keeps one waiting and there is a copy.
  async function networkFirst(event, page, shown) {
    const network = fromNetwork(event);
    const copy = keptShelf.find(event.request.url, page).catch(() => undefined);
    const slow = new Promise((done) => setTimeout(done, PATIENCE)).then(async () => {
      const kept = await copy;
      return kept ? shown(kept, "slow") : network;
    });
    slow.catch(() => {});
    try {
      return await Promise.race([network, slow]);
    } catch {
      const kept = await copy;
      return kept && shown(kept, "offline");
    }
  }

  async function part({ request: { url } }) {
    try {
      return await keptShelf.part(url);
    } catch (error) {
      const near = await caches.match(url, { ignoreSearch: true });
      if (near) return near;
      throw error;
    }
  }

  self.answers = {
    keep,
    part,
    page: async (event) => (await networkFirst(event, true, bars.barred)) ?? bars.missing(),
    fragment: async (event) => (await networkFirst(event, false, (kept) => kept)) ?? Response.error(),
  };
}
