// A student's notes on the lesson that is open: shown, changed in their boxes, and made where words are selected.
import { anchor, place } from "./placing.js";

let begun;

function reveal() {
  const note = location.hash.startsWith("#note-") && document.querySelector(location.hash);
  if (!note) return;
  note.closest("details").open = true;
  note.focus();
}

function unsent({ detail }) {
  const form = detail.ctx?.sourceElement;
  const status = detail.ctx?.response?.status;
  // What was refused for good says why by itself.
  if (!form?.closest?.(".mynotes") || (status && status < 500 && status !== 429)) return;
  form.querySelector("[role=alert]")?.remove();
  form.insertAdjacentHTML("beforeend", `<p class="notice notice--err" role="alert"></p>`);
  form.lastElementChild.textContent = form.closest(".mynotes").dataset.trouble;
}

function begin(main, url) {
  const parts = async () => {
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return [...document.createRange().createContextualFragment(await answer.text()).children];
  };
  let tools;
  const ready = async () => {
    const all = await parts();
    tools ??= import("./selecting.js").then(({ select }) => select(main, url, all));
    await tools;
    return all.filter((one) => one.matches(".mynotes"));
  };
  document.addEventListener("selectionchange", () => getSelection().isCollapsed || tools || ready().catch(() => {}));
  document.addEventListener("htmx:after:swap", () => {
    const box = main.querySelector(".mynotes[data-changed]");
    if (!box) return;
    anchor(main);
    document.getElementById(box.dataset.changed)?.focus({ preventScroll: true });
    delete box.dataset.changed;
  });
  for (const kind of ["htmx:error", "htmx:response:error"]) document.addEventListener(kind, unsent);
  addEventListener("hashchange", reveal);
  const style = { rel: "stylesheet", href: "/static/css/pages/notes.css" };
  document.head.append(Object.assign(document.createElement("link"), style));
  const show = async () => {
    place(main, await ready());
    const first = main.querySelector(".mynotes");
    first.open = true;
    first.querySelector("summary").focus();
  };
  return { all: show, tools: () => tools ?? ready() };
}

export function start(main, url) {
  begun ??= begin(main, url);
  place(main, [...(document.getElementById("mynotes")?.children ?? [])]);
  reveal();
  return begun;
}
