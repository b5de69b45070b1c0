// The menu of what can be put into the file, for whoever does not know that it could be typed for.
import { keymap, Prec, StateEffect } from "../../../vendor/codemirror/studio.js";
import { put } from "./snippets.js";

function item(one, desk, names, close) {
  const made = desk.part("item").content.firstElementChild.cloneNode(true);
  const button = made.querySelector("button");
  button.textContent = one.label;
  made.querySelector("p").textContent = one.help;
  const link = made.querySelector("a");
  if (one.see) link.hash = one.see;
  else link.remove();
  button.addEventListener("click", () => {
    close();
    put(desk, one, names);
  });
  return made;
}

export function inserting(desk) {
  const box = desk.part("insert");
  const list = desk.part("items");
  const close = () => box.close();

  async function open() {
    box.showModal();
    const names = await desk.words().catch(() => null);
    if (!names) {
      list.textContent = inWords("This list cannot be had without network.");
      return;
    }
    list.replaceChildren();
    const begun = desk.text().startsWith("---");
    const offered = names.snippets.filter((one) => one.name !== "start" || !begun);
    for (const group of new Set(offered.map((one) => one.group))) {
      const part = desk.part("group").content.firstElementChild.cloneNode(true);
      part.querySelector("h3").textContent = group;
      const ours = offered.filter((one) => one.group === group);
      part.querySelector("ul").append(...ours.map((one) => item(one, desk, names, close)));
      list.append(part);
    }
    list.querySelector("button")?.focus();
  }

  desk.part("insert-button").addEventListener("click", open);
  box.addEventListener("click", ({ target }) => (target === box || target.closest("[value=close]")) && close());
  box.addEventListener("close", () => desk.view.focus());
  const keys = keymap.of([{ key: "Mod-i", run: () => Boolean(open()) }]);
  desk.view.dispatch({ effects: StateEffect.appendConfig.of(Prec.high(keys)) });
}
