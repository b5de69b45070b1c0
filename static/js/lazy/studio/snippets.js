// Pieces that are put in whole, with places to fill in: Tab goes from one to the next.
import { snippet } from "../../../vendor/codemirror/studio.js";
import { after, head } from "./room.js";

// An id that no question or lab of the course has yet.
function fresh(text, doc, names) {
  const taken = new Set([...names.questions, ...names.labs].map((one) => one.id));
  return text.replace(/#\{1:(name-of-this-[a-z]+)\}/, (_all, name) => {
    let [id, number] = [name, 1];
    while (taken.has(id) || doc.includes(`} ${id}\n`)) {
      number += 1;
      id = `${name}-${number}`;
    }
    return `#{1:${id}}`;
  });
}

// The last place is behind it all, so that Tab leads out.
const ready = (one, doc, names) => `${fresh(one.text, doc, names).replace(/\n$/, "")}${one.inline ? "" : "\n"}#{99}`;

export function put(desk, one, names) {
  const { view } = desk;
  const { state } = view;
  const made = names ? ready(one, state.doc.toString(), names) : one.text;
  const { from, to } = state.selection.main;
  const first = head(state.doc.toString());
  if (one.inline) snippet(made)(view, null, Math.max(from, first), Math.max(to, first));
  else {
    const start = one.name === "start";
    const at = start ? 0 : after(state.doc, from);
    const line = state.doc.lineAt(at);
    const blank = start || !line.text.trim();
    const above = blank ? (line.number > 1 && state.doc.line(line.number - 1).text.trim() ? "\n" : "") : "\n\n";
    const below = line.number < state.doc.lines && state.doc.line(line.number + 1).text.trim() ? "\n" : "";
    snippet(above + made + below)(view, null, blank ? line.from : at, start ? 0 : at);
  }
  view.focus();
}

export function snippets(names, typed) {
  const fence = /^([:`~]{3,})/.exec(typed);
  const asked = /^\/(\w*)$/.exec(typed)?.[1].toLowerCase() ?? "";
  const first = (one) => one.name.startsWith(asked);
  const fits = (one) =>
    fence
      ? one.text.startsWith(fence[1][0].repeat(3))
      : first(one) || `${one.name} ${one.label}`.toLowerCase().includes(asked);
  const found = names.snippets.filter(fits).sort((one, other) => first(other) - first(one));
  return found.map((one, place) => ({
    label: (fence ? one.text.split(" ", 1)[0].split("\n", 1)[0] : "/") + (fence ? ` ${one.name}` : one.name),
    sortText: String(place).padStart(3, "0"),
    detail: one.label,
    info: one.help,
    apply: (view, _done, from, to) => snippet(ready(one, view.state.doc.toString(), names))(view, null, from, to),
  }));
}
