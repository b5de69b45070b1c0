// Answers that could not be sent wait on this device, show that they do, and go by themselves when the network is back.
import "../worker/shelf.js";
import "../worker/whose.js";
import "../worker/waiting.js";
import "../worker/sending.js";
import { kind, mark } from "./marks.js";

const LONGEST = 300;
let tries = 0;
let timer;

// What waited for the one who is signed in now need not be asked about.
async function readmit() {
  const who = (await keptShelf.who())?.slice(2);
  for (const entry of await unsentAnswers.all())
    if (entry.state === "ask" && who && entry.who.slice(2) === who)
      await unsentAnswers.put({ ...entry, state: "waiting" });
}

export async function flush() {
  clearTimeout(timer);
  await readmit();
  const pause = await unsentAnswers.flush();
  tries = pause ? tries + 1 : 0;
  if (pause) timer = setTimeout(flush, 1000 * Math.min(LONGEST, pause * 2 ** (tries - 1)));
}
const again = () => {
  tries = 0;
  flush().catch(() => {});
};

// What another account left waiting to the same question stays.
async function supersede(url) {
  const older = (await unsentAnswers.all()).filter((entry) => entry.url === url && kind(entry) !== "other");
  for (const { key } of older) await unsentAnswers.drop(key);
}

export async function keep({ target: form, detail: { key, body } }) {
  await supersede(form.getAttribute("action"));
  await unsentAnswers.put({
    key,
    body,
    url: form.getAttribute("action"),
    who: document.querySelector("[data-mine]")?.dataset.who || (await keptShelf.who()) || "",
    place: `${location.pathname}#${form.closest("[id]").id}`,
    title: document.querySelector("h1").textContent,
    asked: form.querySelector(".quiz__q")?.textContent.trim() ?? "",
    at: Date.now(),
    state: "waiting",
  });
  const { ready } = navigator.serviceWorker;
  ready.then(({ sync }) => sync?.register("waiting")).catch(() => {});
  timer ??= setTimeout(flush, 15_000);
}

document.addEventListener("click", async ({ target }) => {
  const key = target.closest("[data-waits]")?.dataset.waits;
  const entry = key && (await unsentAnswers.all()).find((one) => one.key === key);
  if (!entry) return;
  if (target.closest("[data-drop]")) await unsentAnswers.drop(key);
  if (!target.closest("[data-send]")) return;
  // Asked about, and said to be one's own.
  if (entry.state !== "waiting") await unsentAnswers.put({ ...entry, state: "waiting", who: "" });
  again();
});

// An answer that was refused is done with once another to the same question has been taken.
document.addEventListener("htmx:after:swap", ({ detail }) =>
  supersede(detail.ctx.sourceElement?.getAttribute?.("action")),
);

unsentAnswers.hear.push(({ html }) => {
  if (html) document.dispatchEvent(new CustomEvent("put", { detail: html }));
  mark(Boolean(html));
});
addEventListener("online", again);
document.addEventListener("visibilitychange", () => document.hidden || again());
document.addEventListener("mine", () => mark());
mark();
again();
