// The words of what is done without network stand in one page, which is kept with the worker: its templates by name.
let page;

export async function words(name, values = {}) {
  page ??= fetch("/offline")
    .then((answer) => answer.text())
    .then((html) => new DOMParser().parseFromString(html, "text/html"));
  page.catch(() => {
    page = undefined;
  });
  const made = document.importNode((await page).getElementById(name).content, true).firstElementChild;
  for (const part of made.querySelectorAll("[data-put]")) part.textContent = values[part.dataset.put] ?? "";
  return made;
}

// The bar at the top of the page that tells of what waits, in place of the one before; without a name, none.
export async function bar(name, values) {
  const made = name && (await words(`bar-${name}`, values));
  document.querySelector("[data-bar=waiting]")?.remove();
  if (made) document.querySelector(".skip").after(made);
}

const when = { dateStyle: "medium", timeStyle: "short" };
export const moment = (at) => new Intl.DateTimeFormat(document.documentElement.lang, when).format(new Date(at));
