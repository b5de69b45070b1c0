// Answers that could not be sent: kept on this device until the server has taken each of them, once. Read by the
// service worker and by pages. An entry: {key, url, body, who, place, title, at, state: waiting | ask | refused, says}.
globalThis.unsentAnswers ??= (() => {
  const line = new BroadcastChannel("receptive-waiting");
  const hear = []; // what is called with {key, html, gone} when something changed, here or in another tab
  const listen = (news) => hear.map((one) => one(news));
  line.onmessage = ({ data }) => listen(data);
  function tell(news) {
    line.postMessage(news);
    listen(news);
  }

  const open = () =>
    new Promise((done, failed) => {
      const asked = indexedDB.open("receptive", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("answers", { keyPath: "key" });
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  let db;
  async function store(mode, act) {
    db ??= open();
    const transaction = (await db).transaction("answers", mode, { durability: "strict" });
    const asked = act(transaction.objectStore("answers"));
    return new Promise((done, failed) => {
      transaction.oncomplete = () => done(asked.result);
      transaction.onabort = () => failed(transaction.error);
    });
  }

  return {
    hear,
    tell,
    all: async () => (await store("readonly", (answers) => answers.getAll())).sort((a, b) => a.at - b.at),
    async put(entry) {
      await store("readwrite", (answers) => answers.put(entry));
      tell({ key: entry.key });
    },
    async drop(key, html) {
      await store("readwrite", (answers) => answers.delete(key));
      tell({ key, html, gone: true });
    },
  };
})();
