// Has the worker keep what is visited, and says what works without network.
import { keep } from "./queue.js";
import { words } from "./words.js";
import "./leaving.js";
import "./installing.js";

const { serviceWorker } = navigator;
const first = !serviceWorker.controller;

// What was loaded before there was a worker.
const loaded = () => [
  location.href.split("#")[0],
  ...performance
    .getEntriesByType("resource")
    .map(({ name }) => name)
    .filter((name) => /^\/(?:courses\/|static\/.*\?v=)/.test(name.replace(location.origin, ""))),
];

async function begin() {
  await serviceWorker.register("/sw.js", { updateViaCache: "none" });
  const { active } = await serviceWorker.ready;
  if (first) active.postMessage({ keep: loaded() });
}
begin().catch(() => {}); // Not allowed here, as in a private window: everything works, with a network.

// A page that was shown from a copy says when the network is back; what one does with it is the reader's to choose.
async function back() {
  const bar = document.querySelector("[data-bar=copy]");
  const answer = bar && (await fetch("/healthz").catch(() => null));
  if (answer?.ok) bar.replaceWith(await words("bar-back"));
}
addEventListener("online", back);

// A hint is asked of the server.
document.addEventListener("htmx:error", async ({ detail }) => {
  const form = detail.ctx?.sourceElement;
  if (!form?.matches?.("[data-keep]")) return;
  form.querySelector(".quiz__unsent")?.remove();
  form.append(await words("note-hint"));
});

const lost = async ({ target }) => target.querySelector(".lab__notice").replaceChildren(await words("note-lab"));
export { keep as unsent, lost as "lab:lost" };
