// Text and preview scrolled together: the side that is used leads.
import { show, shown } from "./places.js";
import { store } from "./store.js";

const quiet = { passive: true };

export function scrolling(desk) {
  const { view } = desk;
  const frame = desk.part("preview");
  const follow = desk.part("follow");
  const kept = store("receptive.studio.follow");
  follow.checked = kept.read() !== false;
  follow.addEventListener("change", () => kept.write(follow.checked));
  let leads = "write";

  // The cursor's line while it is to be seen, else the one that is.
  function line() {
    const { scrollTop, clientHeight } = view.scrollDOM;
    const at = view.lineBlockAt(view.state.selection.main.head);
    const seen = at.bottom > scrollTop && at.top < scrollTop + clientHeight;
    return view.state.doc.lineAt(seen ? at.from : view.lineBlockAtHeight(scrollTop + clientHeight / 3).from).number;
  }
  const lead = () => {
    if (leads !== "write") return;
    desk.part("line").textContent = inWords("follows line %(number)s", { number: line() });
    if (follow.checked && frame.contentDocument) show(frame.contentWindow, line(), view.state.doc.lines);
  };
  const back = () => {
    if (leads !== "preview" || !follow.checked) return;
    const { doc } = view.state;
    const { from } = doc.line(shown(frame.contentWindow, doc.lines));
    view.scrollDOM.scrollTop = view.lineBlockAt(from).top - view.scrollDOM.clientHeight / 3;
  };

  desk.on("moved", lead);
  desk.on("previewed", lead);
  view.scrollDOM.addEventListener("scroll", lead, quiet);
  const takes = (side) => () => {
    leads = side;
  };
  for (const type of ["pointerdown", "wheel", "focusin", "touchstart"])
    desk.part("editor").addEventListener(type, takes("write"), quiet);
  const begin = () => {
    for (const type of ["pointerdown", "wheel", "keydown", "touchstart"])
      frame.contentWindow.addEventListener(type, takes("preview"), quiet);
    frame.contentWindow.addEventListener("scroll", back, quiet);
  };
  frame.addEventListener("load", begin);
  begin();
}
