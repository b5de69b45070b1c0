// The student's page beside the text. Only pieces that changed are put in anew, so that labs stay as they are.
import { reconcile } from "./pieces.js";

export function preview(desk) {
  const frame = desk.part("preview");
  const shown = () => [...(frame.contentDocument?.querySelectorAll("[data-piece]") ?? [])];
  desk.have = () => shown().map((piece) => piece.dataset.hash);
  let late = 0;
  const reload = () => {
    clearTimeout(late);
    late = setTimeout(() => frame.contentWindow?.location.reload(), 1000);
  };
  desk.on("looked", ({ preview: pieces }) => {
    const page = frame.contentDocument;
    const main = page?.getElementById("main");
    if (!pieces?.length || !main) return reload();
    const fresh = reconcile(page, main, pieces);
    if (!fresh) return reload();
    for (const piece of fresh) frame.contentWindow.htmx?.process(piece);
    if (fresh.length) page.dispatchEvent(new frame.contentWindow.Event("pieces"));
    desk.say("previewed");
  });
}
