// Two texts side by side, the right one to be changed, with what differs marked.
import {
  EditorState,
  EditorView,
  lineNumbers,
  MergeView,
  syntaxHighlighting,
} from "../../../vendor/codemirror/studio.js";
import { language } from "./language.js";
import { colours, theme } from "./theme.js";

export function sides(desk, host, left, right) {
  const root = host.attachShadow({ mode: "open" });
  const of = (label, more) => [
    lineNumbers(),
    EditorView.lineWrapping,
    language(desk.file),
    syntaxHighlighting(colours),
    theme,
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    ...more,
  ];
  return new MergeView({
    a: { doc: left, extensions: of(inWords("The other text"), [EditorState.readOnly.of(true)]) },
    b: { doc: right, extensions: of(inWords("Your text, to be changed"), []) },
    parent: root,
    root,
    revertControls: "a-to-b",
    gutter: true,
    collapseUnchanged: { margin: 3, minSize: 6 },
  });
}
