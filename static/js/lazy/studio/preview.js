// The student's page beside the text. Only pieces that changed are put in anew, so that labs stay as they are.
import { reconcile } from "./pieces.js";

export function preview(desk) {
  const frame = desk.part("preview");
  let [missed, changed, late] = [false, false, 0];
  const page = () => {
    const found = frame.contentDocument;
    return found?.readyState !== "loading" && found?.getElementById("main") ? found : null;
  };
  desk.have = () => [...(page()?.querySelectorAll("[data-piece]") ?? [])].map((piece) => piece.dataset.hash);

  // Where a page has no pieces it is loaded anew, once one pauses for longer; not what cannot be read yet.
  function reload(found) {
    if (!changed || found.some((one) => one.severity === "error" && one.file === desk.file)) return;
    clearTimeout(late);
    late = setTimeout(() => frame.contentWindow?.location.reload(), 1000);
    changed = false;
  }
  desk.on("saved", () => {
    changed = true;
  });
  desk.on("looked", ({ preview: pieces, diagnostics }) => {
    const at = page();
    missed = !at;
    if (!at) return; // It is on its way.
    // What could not be shown so far has no pieces to go on from.
    const can = pieces?.length && at.querySelector("[data-piece]");
    const fresh = can ? reconcile(at, at.getElementById("main"), pieces) : null;
    if (!fresh) return reload(diagnostics);
    for (const piece of fresh) frame.contentWindow.htmx?.process(piece);
    if (fresh.length) at.dispatchEvent(new frame.contentWindow.Event("pieces"));
    desk.say("previewed");
  });
  frame.addEventListener("load", () => {
    if (missed) desk.save({ look: true });
  });
}
