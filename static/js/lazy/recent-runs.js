// Remembers on this device which runs were looked at; lists them, and offers them to be compared with.
const KEY = "receptive.runs";
const MOST = 20;

function known() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(kept) ? kept : [];
  } catch {
    return []; // No storage, or something else in it.
  }
}

function seen({ id, of }) {
  const others = known().filter((one) => one.id !== id);
  try {
    localStorage.setItem(KEY, JSON.stringify([{ id, of, at: Date.now() }, ...others].slice(0, MOST)));
  } catch {
    // No storage: nothing is offered next time.
  }
}

const when = (one) => new Date(one.at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

const page = document.querySelector("[data-run-of]");
const here = page?.dataset.lab.replace("run/", "");
for (const list of document.querySelectorAll("[data-recent]")) {
  for (const one of known().filter(({ id, of }) => of === list.dataset.recent && id !== here)) {
    const option = document.createElement("option");
    option.value = one.id;
    option.label = inWords("looked at %(when)s", { when: when(one) });
    list.append(option);
  }
}
// Six digits or more of a run that was looked at here stand for it; others' runs are not to be found by guessing.
document.querySelector("[data-known]")?.form.addEventListener("submit", ({ target }) => {
  const field = target.elements.other;
  const digits = field.value.trim().match(/^(?:run )?([0-9a-f]{6,31})$/)?.[1];
  const meant = digits ? known().filter(({ id }) => id.startsWith(digits)) : [];
  if (meant.length === 1) field.value = meant[0].id;
});
if (page) seen({ id: here, of: page.dataset.runOf });
// On an experiment's own page, what stands there when one leaves it.
window.addEventListener("pagehide", () => {
  const drawn = document.querySelector("[data-lab^='/'] [data-drawn]");
  if (drawn) seen({ id: drawn.dataset.drawn, of: drawn.dataset.of });
});

function line(one, title) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `/runs/${encodeURIComponent(one.id)}`;
  link.textContent = inWords("run %(id)s", { id: String(one.id).slice(0, 6) });
  item.append(link, ` ${title}, ${when(one)}`);
  return item;
}

for (const part of document.querySelectorAll("[data-recent-list]")) {
  const titles = new Map(
    [...document.querySelectorAll("[data-kind]")].map((e) => [e.dataset.kind, e.querySelector("h2").textContent]),
  );
  const shown = known().filter(({ of }) => titles.has(of));
  part.querySelector("ul").append(...shown.map((one) => line(one, titles.get(one.of))));
  part.hidden = shown.length === 0;
}
