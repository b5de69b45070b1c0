// Selected words of a lesson can be highlighted, or have a note written on them.
import { pick } from "./picking.js";
import { place } from "./placing.js";

export function select(main, url, parts) {
  const [bar, dialog, status] = [".noting", ".jot", "[data-noted]"].map((one) =>
    parts.find((part) => part.matches(one)),
  );
  document.body.append(dialog, status);
  const field = dialog.querySelector("textarea");
  const trouble = dialog.querySelector("[role=alert]");
  let picked = null;
  let waiting;
  let keyboard = false;

  function show() {
    if (dialog.open) return;
    const found = pick(main);
    if (!found && bar.contains(document.activeElement)) return;
    picked = found;
    bar.hidden = !picked;
    if (!picked) return;
    const end = picked.range.endContainer;
    ((end.closest ? end : end.parentElement).closest(".sec__row") ?? main).after(bar);
    const [at, around] = [picked.range.getBoundingClientRect(), bar.offsetParent.getBoundingClientRect()];
    const left = Math.min(at.left, document.documentElement.clientWidth - bar.offsetWidth - 8);
    bar.style.setProperty("left", `${Math.max(8, left) - around.left}px`);
    bar.style.setProperty("top", `${at.bottom - around.top + 8}px`);
    if (keyboard) status.textContent = bar.dataset.said;
  }

  async function keep(body) {
    const { range, ...fields } = picked;
    const by = bar.contains(document.activeElement) || keyboard;
    const answer = await fetch(url, {
      method: "POST",
      headers: { "HX-Request": "true" },
      body: new URLSearchParams({ ...fields, body }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const box = document.createRange().createContextualFragment(await answer.text()).firstElementChild;
    getSelection().removeAllRanges();
    bar.hidden = true;
    picked = null;
    place(main, [box]);
    status.textContent = status.dataset.done;
    if (by) document.querySelector(`#hl-${fields.key}`)?.focus({ preventScroll: true });
  }

  const jot = () => {
    dialog.querySelector("blockquote").textContent = picked.quote;
    trouble.hidden = true;
    dialog.showModal();
    field.focus();
  };
  const failed = () => {
    if (!dialog.open) jot();
    trouble.hidden = false;
  };

  for (const kind of ["selectionchange", "keydown", "pointerdown"]) {
    document.addEventListener(kind, (event) => {
      if (kind === "keydown" || kind === "pointerdown") keyboard = kind === "keydown";
      if (event.key === "Escape" && !dialog.open) bar.hidden = true;
      if (kind !== "selectionchange" || dialog.open) return;
      clearTimeout(waiting);
      waiting = setTimeout(show, 200);
    });
  }
  bar.addEventListener("pointerdown", (event) => event.preventDefault());
  bar.querySelector("[data-highlight]").addEventListener("click", () => keep("").catch(failed));
  bar.querySelector("[data-jot]").addEventListener("click", jot);
  dialog.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(field.value).then(() => {
      dialog.close();
      field.value = "";
    }, failed);
  });
  show();
}
