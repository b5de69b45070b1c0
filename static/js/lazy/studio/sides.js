// Two texts side by side, the right one to be changed, with what differs marked.
import * as cm from "../../../vendor/codemirror/studio.js";
import { language } from "./language.js";
import { phrases } from "./phrases.js";
import { colours, theme } from "./theme.js";

export function sides(desk, host, left, right) {
  const root = host.attachShadow({ mode: "open" });
  const of = (label, ...more) => [
    cm.lineNumbers(),
    cm.drawSelection(),
    cm.history(),
    cm.keymap.of([...cm.historyKeymap, ...cm.defaultKeymap]),
    cm.EditorView.lineWrapping,
    cm.EditorState.phrases.of(phrases()),
    language(desk.file),
    cm.syntaxHighlighting(colours),
    theme,
    cm.EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    more,
  ];
  const made = new cm.MergeView({
    a: { doc: left, extensions: of(inWords("The other text"), cm.EditorState.readOnly.of(true)) },
    b: { doc: right, extensions: of(inWords("Your text, to be changed")) },
    parent: root,
    root,
    revertControls: "a-to-b",
    gutter: true,
    collapseUnchanged: { margin: 3, minSize: 6 },
  });
  // Where they differ: what is alike is folded, and no cursor stands in a fold.
  made.b.dispatch({ selection: { anchor: made.chunks[0]?.fromB ?? 0 } });
  return made;
}
