// Lists what this device keeps: the answers that wait, the courses kept on purpose, and the pages visited.
import "../worker/shelf.js";
import "../worker/stock.js";
import "../worker/waiting.js";
import "./queue.js";
import { kind, reason } from "./marks.js";
import { moment, words } from "./words.js";

const amount = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const titled = ({ title }) =>
  new DOMParser().parseFromString(title, "text/html").documentElement.textContent.replace(/ — receptive$/, "");

async function item(name, { href, text, note, values }) {
  const made = await words(`kept-${name}`, values);
  Object.assign(made.querySelector("[data-to]"), { href, textContent: text });
  made.querySelector("small").textContent = note;
  return made;
}

function fill(name, items) {
  const list = document.querySelector(`[data-${name}]`);
  list.replaceChildren(...items);
  list.closest("section").querySelector("[data-empty]").hidden = items.length > 0;
}

async function answers() {
  const all = await unsentAnswers.all();
  const made = await Promise.all(
    all.map(async (entry) => {
      const said = kind(entry);
      const values = { reason: reason(entry) };
      const one = await item(said, { href: entry.place, text: entry.title, note: moment(entry.at), values });
      if (said !== "other") one.querySelector(".kept__asked").textContent = entry.asked;
      one.dataset.waits = entry.key;
      return one;
    }),
  );
  fill("waiting", made);
}

async function pages() {
  const all = await keptShelf.list();
  const whole = all.filter(({ title }) => title);
  const note = ({ at }) => moment(at);
  const page = (one) => item("page", { href: one.url, text: titled(one), note: note(one) });
  fill("pages", await Promise.all(whole.map(page)));
  const total = document.querySelector("[data-total]");
  total.hidden = !all.length;
  total.querySelector("[data-bytes]").textContent = amount(all.reduce((sum, { size }) => sum + size, 0));
  const courses = Map.groupBy(
    all.filter(({ course }) => course),
    ({ course }) => course,
  );
  const kept = [...courses].map(async ([slug, parts]) => {
    const bytes = amount(parts.reduce((sum, { size }) => sum + size, 0));
    const home = whole.find(({ url }) => new URL(url).pathname === `/courses/${slug}`);
    const text = home ? titled(home) : slug;
    const one = await item("course", { href: `/courses/${slug}`, text, note: `${note(parts.at(-1))}, ${bytes}` });
    one.querySelector("[data-remove]").dataset.remove = slug;
    return one;
  });
  fill("courses", await Promise.all(kept));
}

document.addEventListener("click", async ({ target }) => {
  const { remove, clear } = target.dataset;
  if (remove) await caches.delete(keptShelf.COURSE + remove);
  if (clear !== undefined)
    for (const name of await keptShelf.own()) if (name !== keptShelf.PARTS) await caches.delete(name);
  if (remove || clear !== undefined) await pages();
});

if (globalThis.caches) {
  unsentAnswers.hear.push(answers);
  answers();
  pages();
} else document.querySelector("[data-unable]").hidden = false;
