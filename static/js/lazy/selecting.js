// Beside selected words of a lesson stand the tools to highlight them or to write a note on them.
import { jotter } from "./jotting.js";
import { pick } from "./picking.js";

export function select(main, url, parts) {
  const [bar, dialog, status] = [".noting", ".jot", "[data-noted]"].map((one) =>
    parts.find((part) => part.matches(one)),
  );
  document.body.append(dialog, status);
  const { take, highlight, jot } = jotter(main, url, dialog, status);
  let waiting;
  let keyboard = false;

  function kept(key) {
    const by = keyboard || bar.contains(document.activeElement);
    bar.hidden = true;
    if (by) document.getElementById(`hl-${key}`)?.focus({ preventScroll: true });
  }

  function show() {
    if (dialog.open) return;
    const found = pick(main);
    if (!found && bar.contains(document.activeElement)) return;
    bar.hidden = !found;
    if (!found) return;
    take(found, kept);
    const end = found.range.endContainer;
    ((end.closest ? end : end.parentElement).closest(".sec__row") ?? main).after(bar);
    const [at, around] = [found.range.getBoundingClientRect(), bar.offsetParent.getBoundingClientRect()];
    const left = Math.min(at.left, document.documentElement.clientWidth - bar.offsetWidth - 8);
    bar.style.setProperty("left", `${Math.max(8, left) - around.left}px`);
    bar.style.setProperty("top", `${at.bottom - around.top + 8}px`);
    if (keyboard) status.textContent = bar.dataset.said;
  }

  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 200);
  });
  for (const kind of ["keydown", "pointerdown"]) {
    document.addEventListener(kind, (event) => {
      keyboard = kind === "keydown";
      if (event.key === "Escape" && !dialog.open) bar.hidden = true;
    });
  }
  bar.addEventListener("pointerdown", (event) => event.preventDefault());
  bar.querySelector("[data-highlight]").addEventListener("click", highlight);
  bar.querySelector("[data-jot]").addEventListener("click", jot);
  show();
}
