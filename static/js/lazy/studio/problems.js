// The list of problems below the editor: goes to a place, makes a mend, counts, and says so politely.
import { mend } from "./mending.js";
import { row } from "./problem-row.js";

export function problems(desk) {
  const list = desk.part("problems");
  const counts = desk.part("counts");
  const publish = desk.part("publish");

  // Publishing waits for this file's own errors; the page for it says what else stands in the way.
  function count({ errors, warnings, diagnostics }) {
    counts.dataset.errors = errors;
    counts.dataset.warnings = warnings;
    for (const [name, number] of [
      ["errors", errors],
      ["warnings", warnings],
    ]) {
      const badge = counts.querySelector(`[data-count=${name}]`);
      badge.hidden = !number;
      badge.querySelector("b").textContent = number;
      badge.querySelector("span").textContent = number === 1 ? badge.dataset.one : badge.dataset.many;
    }
    desk.part("none").hidden = errors + warnings > 0;
    const own = diagnostics.filter((one) => one.severity === "error" && one.file === desk.file).length;
    const words = own === 1 ? inWords("1 error left") : inWords("%(errors)s errors left", { errors: own });
    desk.part("left").textContent = own ? words : "";
    publish.toggleAttribute("data-blocked", own > 0);
    if (own) publish.setAttribute("aria-disabled", "true");
    else publish.removeAttribute("aria-disabled");
  }

  desk.on("looked", (said) => {
    const had = list.querySelector(":focus")?.closest("li");
    const at = had ? [...list.children].indexOf(had) : -1;
    const before = Number(counts.dataset.errors);
    const ownFirst = said.diagnostics.toSorted((a, b) => (b.file === desk.file) - (a.file === desk.file));
    list.replaceChildren(...ownFirst.map((one) => row(desk, one)));
    count(said);
    if (at >= 0)
      (list.children[Math.min(at, list.children.length - 1)]?.querySelector("button, a") ?? desk.view).focus();
    if (before !== said.errors)
      desk.part("counted").textContent = desk.part("left").textContent || inWords("No errors");
  });

  list.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    const found = button?.closest("li").found;
    if (!found) return;
    if (button.value === "mend") mend(desk, found.mend);
    else desk.say("go", found);
  });
  publish.addEventListener("click", (event) => {
    if (!("blocked" in publish.dataset)) return;
    event.preventDefault();
    (list.querySelector("[data-severity=error] :is(button, a)") ?? list).focus();
  });
}
