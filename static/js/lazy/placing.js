// Puts a student's notes at the ends of their sections, and marks in the text what they quote.
import { find, textOf } from "./anchor.js";
import { unwrap, wrap } from "./highlighting.js";

const sections = (main) => [...main.querySelectorAll(".sec")];
const home = (main, slug) => sections(main).find((one) => (one.id || "") === slug) ?? sections(main).at(-1);

export function anchor(main) {
  sections(main).forEach(unwrap);
  for (const note of main.querySelectorAll("[data-note]")) {
    const quote = note.querySelector("[data-quote]")?.textContent;
    if (!quote) continue;
    const { before, after, start } = note.dataset;
    const own = note.closest(".sec");
    // A passage may have moved to another section, where it must be as it was.
    const seek = (one) => find(textOf(one).text, { quote, before, after, start: Number(start) });
    const near = seek(own);
    const moved = near ? null : sections(main).find((one) => one !== own && seek(one)?.around);
    const found = near ?? (moved && seek(moved));
    if (found) wrap(moved ?? own, found, note);
    note.querySelector("[data-orphan]").hidden = Boolean(found && !found.changed);
    note.querySelector("[data-shown]").hidden = !found;
  }
  for (const box of main.querySelectorAll(".mynotes")) {
    box.querySelector("[data-any-orphan]").hidden = !box.querySelector("[data-orphan]:not([hidden])");
  }
}

export function place(main, boxes) {
  for (const box of boxes) {
    const there = document.querySelector(`.sec #${CSS.escape(box.id)}`);
    box.open = there?.open ?? false;
    if (there) there.replaceWith(box);
    else home(main, box.dataset.section).append(box);
    window.htmx?.process(box);
  }
  anchor(main);
}
