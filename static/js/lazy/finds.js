// Finds for what is typed into a field, as a list box that its arrows move through.
const PAUSE = 160;

export function follow(field, dialog) {
  const box = dialog.querySelector("[data-finder-finds]");
  let waiting;
  let asked = 0;
  let at = -1;
  const options = () => [...box.querySelectorAll("[role=option]")];

  function choose(number) {
    const all = options();
    all[at]?.setAttribute("aria-selected", "false");
    at = number;
    all[at]?.setAttribute("aria-selected", "true");
    all[at]?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", all[at]?.id ?? "");
  }

  async function ask() {
    const mine = ++asked;
    const answer = await fetch(`/search?${new URLSearchParams({ q: field.value })}`, {
      headers: { "HX-Request": "true" },
    });
    const html = await answer.text();
    // What was typed since has an answer of its own.
    if (mine !== asked) return;
    box.innerHTML = html;
    const said = box.querySelector("[data-said]");
    dialog.querySelector("[role=status]").textContent = said?.textContent ?? "";
    said?.remove();
    const list = box.querySelector("[data-finds]");
    list?.setAttribute("role", "listbox");
    if (list) Object.assign(list, { id: "finder-finds", ariaLabel: field.ariaLabel });
    list?.querySelectorAll("li").forEach((item, number) => {
      const link = item.firstElementChild;
      item.role = "presentation";
      Object.assign(link, { id: `finder-${number}`, role: "option", tabIndex: -1, ariaSelected: "false" });
    });
    field.ariaExpanded = String(Boolean(list));
    choose(-1);
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask().catch(() => {}), PAUSE); // Offline: Enter still tries the page.
  });
  field.addEventListener("keydown", (event) => {
    const count = options().length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && count) {
      event.preventDefault();
      choose(((at + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && options()[at]) {
      event.preventDefault();
      options()[at].click();
    }
  });
  return ask();
}
