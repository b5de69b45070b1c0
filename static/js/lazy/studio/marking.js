// Problems in the text itself: in the gutter, under the words, said on hover; F8 goes to the next and says it.
import { EditorView, keymap, lintGutter, setDiagnostics } from "../../../vendor/codemirror/studio.js";
import { mend, offered, spot } from "./mending.js";

function placed(desk, found) {
  const { doc } = desk.view.state;
  const from = spot(doc, found.line, found.column);
  const line = doc.lineAt(from);
  const word = /^(?:[\p{L}\p{N}_-]+|\S)/u.exec(line.text.slice(from - line.from))?.[0].length ?? 0;
  const to = found.endColumn ? spot(doc, found.line, found.endColumn) : from + word;
  const made = offered(desk, found);
  const actions = made ? [{ name: made.label, apply: () => mend(desk, made) }] : [];
  return {
    from,
    to: Math.max(to, from),
    severity: found.severity,
    source: found.code,
    message: found.message,
    actions,
  };
}

export function marking(desk) {
  let here = [];
  function next(back) {
    const { view } = desk;
    if (!here.length) return true;
    const head = view.state.selection.main.head;
    const at = here.map((one) => spot(view.state.doc, one.line, one.column));
    const after = back ? at.findLastIndex((one) => one < head) : at.findIndex((one) => one > head);
    const index = after < 0 ? (back ? at.length - 1 : 0) : after;
    desk.say("go", here[index]);
    desk.part("counted").textContent = `${here[index].code}: ${here[index].message}`;
    return true;
  }
  desk.on("looked", ({ diagnostics }) => {
    const { view } = desk;
    here = diagnostics.filter((one) => one.file === desk.file);
    view.dispatch(
      setDiagnostics(
        view.state,
        here.map((one) => placed(desk, one)),
      ),
    );
  });
  desk.on("go", ({ line, column = 1 }) => {
    const { view } = desk;
    const anchor = spot(view.state.doc, line, column);
    view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    desk.say("shown", "write");
    view.focus();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "F8" || event.defaultPrevented) return;
    event.preventDefault();
    next(event.shiftKey);
  });
  return [lintGutter(), keymap.of([{ key: "F8", run: () => next(false), shift: () => next(true) }])];
}
