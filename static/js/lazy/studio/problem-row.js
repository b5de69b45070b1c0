// One problem as a row of the list, made of the page's template.
import { offered } from "./mending.js";

export function row(desk, found) {
  const made = desk.part("problem").content.firstElementChild.cloneNode(true);
  const here = found.file === desk.file;
  made.found = found;
  made.dataset.severity = found.severity;
  for (const badge of made.querySelectorAll("[data-for]")) badge.hidden = badge.dataset.for !== found.severity;
  const place = `${found.line}:${found.column}`;
  const [go, link] = [made.querySelector("button[value=go]"), made.querySelector("a[data-file]")];
  go.hidden = !here;
  link.hidden = here;
  go.textContent = place;
  link.textContent = `${found.file}:${place}`;
  link.href = `${desk.files}/${encodeURIComponent(found.file)}#L${place}`;
  made.querySelector("[data-message]").textContent = found.message;
  const code = made.querySelector("[data-code]");
  code.textContent = found.code;
  if (found.help) code.href = found.help;
  const mending = made.querySelector("button[value=mend]");
  const mend = offered(desk, found);
  mending.hidden = !mend;
  if (mend) mending.textContent = mend.label;
  return made;
}
