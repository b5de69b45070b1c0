// Keeps a whole course on this device because its reader says so; it stays until they remove it.
import "../worker/shelf.js";
import "../worker/whose.js";
import "../worker/stock.js";
import { moment } from "./words.js";

const box = document.querySelector("[data-keep-course]");
const slug = box.dataset.keepCourse;
const name = keptShelf.COURSE + slug;
const NOTE = "/.kept"; // which version of the course was kept, when, and how big it was

function show(state, values = {}) {
  for (const part of box.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(state);
  for (const [at, value] of Object.entries(values)) box.querySelector(`[data-put=${at}]`).textContent = value;
}

const listed = async () => (await fetch(`/courses/${slug}/offline`)).json();

async function look() {
  const kept = (await caches.has(name)) && (await (await caches.open(name)).match(NOTE));
  if (!kept) return show("none");
  const { at, size, hash } = await kept.json();
  const now = await listed().catch(() => null);
  const values = { at: moment(at), size: `${(size / 1e6).toFixed(1)} MB` };
  show(now && now.hash !== hash ? "stale" : "kept", values);
}

let stopped;
async function keep() {
  stopped = false;
  show("busy", { done: 0, of: "…" });
  await navigator.storage?.persist?.();
  const { hash, pages, parts } = await listed();
  for (const url of parts) await keptShelf.part(url);
  let size = 0;
  for (const [done, url] of pages.entries()) {
    if (stopped) return look();
    show("busy", { done, of: pages.length });
    const answer = await fetch(url, { headers: { "Receptive-Course": slug } }); // kept here, not by the worker
    // What was not computed yet has nothing to keep.
    if (answer.ok) size += await keptShelf.put(url, answer, slug);
    else throw new Error(url);
  }
  const note = { at: new Date().toISOString(), size, hash };
  await (await caches.open(name)).put(NOTE, Response.json(note));
  await look();
  box.querySelector("[data-remove-it]").focus();
}

box.addEventListener("click", async ({ target }) => {
  if (target.closest("[data-stop]")) stopped = true;
  if (target.closest("[data-keep-it]")) await keep().catch(() => show("failed"));
  if (!target.closest("[data-remove-it]")) return;
  await caches.delete(name);
  await look();
  box.querySelector("[data-keep-it]").focus();
});

if (navigator.serviceWorker && globalThis.caches) {
  await navigator.serviceWorker.ready;
  await look();
  box.hidden = false;
}
