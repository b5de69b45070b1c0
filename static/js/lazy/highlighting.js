// Marks words of a lesson, piece by piece, so that links, code and formulas inside stay as they are.
import { offset, textOf } from "./anchor.js";

export function wrap(section, { from, to, changed }, note) {
  const made = [];
  for (const piece of textOf(section).nodes) {
    if (piece.to <= from || piece.from >= to) continue;
    const mark = document.createElement("mark");
    mark.className = changed ? "hl hl--changed" : "hl";
    const formula = piece.node.parentElement.closest("math");
    if (formula && formula.parentElement === made.at(-1)) continue;
    if (formula) {
      formula.before(mark);
      mark.append(formula);
    } else {
      const range = new Range();
      const within = (at) => offset(piece.node, at - piece.from);
      range.setStart(piece.node, piece.from > from ? 0 : within(from));
      range.setEnd(piece.node, piece.to < to ? piece.node.data.length : within(to - 1) + 1);
      range.surroundContents(mark);
    }
    made.push(mark);
  }
  if (!made.length) return;
  made[0].id = `hl-${note.id.slice(5)}`;
  made[0].tabIndex = -1;
  const link = document.createElement("a");
  link.className = "hl__ref";
  link.href = `#${note.id}`;
  link.ariaLabel = note.dataset.ref;
  link.innerHTML = `<svg class="i" viewBox="0 0 16 16" aria-hidden="true"><path d="M2.5 13.5l.7-3 7.6-7.6 2.3 2.3-7.6 7.6z"/></svg>`;
  made.at(-1).append(link);
}

export function unwrap(section) {
  for (const link of section.querySelectorAll(".hl__ref")) link.remove();
  for (const mark of section.querySelectorAll(".hl")) mark.replaceWith(...mark.childNodes);
  section.normalize();
}
