// How an answer that waits looks: its question shows what was answered, and that it waits; the page says how many do.
import { bar, words } from "./words.js";

// What can be done about it depends on why it waits; what an account left is for that account alone.
export const kind = ({ state, who }) => (state === "ask" ? (who.startsWith("a.") ? "other" : "ask") : state);

// The server's own words on why it did not take it.
export function reason({ says = "" }) {
  const sent = new DOMParser().parseFromString(says, "text/html");
  return sent.querySelector("[role=alert]")?.textContent.replace(/\s+/g, " ").trim() ?? "";
}

const fields = (form) => [...form.elements].filter((one) => !one.closest("[data-waits]") && one.type !== "hidden");

function restore(form, body) {
  const given = new URLSearchParams(body).getAll("answer");
  form.querySelectorAll("[name=answer]").forEach((field, i) => {
    if (field.type === "radio" || field.type === "checkbox") field.checked = given.includes(field.value);
    else field.value = given[i] ?? "";
  });
  form.querySelector("put-in-order")?.read?.();
}

function release(note) {
  for (const field of fields(note.form ?? note.closest("form"))) field.disabled = false;
  note.remove();
}

async function show(form, entry) {
  const said = kind(entry);
  const old = form.querySelector("[data-waits]");
  if (old?.dataset.waits === entry.key && old.dataset.kind === said) return;
  const note = await words(`note-${said}`, { reason: reason(entry) });
  if (old) release(old);
  form.querySelector(".quiz__unsent")?.remove();
  Object.assign(note.dataset, { waits: entry.key, kind: said });
  if (said === "other") form.reset();
  else restore(form, entry.body);
  // A refused one is there to be mended; another's is neither shown nor in the way.
  for (const field of fields(form)) field.disabled = said === "waiting" || said === "ask";
  form.append(note);
}

let before = 0;
async function draw(sent) {
  const entries = await unsentAnswers.all();
  for (const note of document.querySelectorAll("form [data-waits]"))
    if (!entries.some(({ key }) => key === note.dataset.waits)) release(note);
  for (const form of document.querySelectorAll("form[data-attempt]")) {
    const entry = entries.findLast(({ url }) => url === form.getAttribute("action"));
    if (entry) await show(form, entry);
  }
  if (entries.length) await bar("waiting", { n: entries.length });
  else if (before) await bar(sent ? "sent" : "");
  before = entries.length;
}

// One after the other, so that nothing is said twice.
let turn = Promise.resolve();
export const mark = (sent) => {
  turn = turn.then(() => draw(sent)).catch(() => {});
};
