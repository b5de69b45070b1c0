// The text area made an editor, in a shadow root: its styles are adopted sheets, which the security policy allows.
import * as cm from "../../../vendor/codemirror/studio.js";
import { continuing } from "./continuing.js";
import { language } from "./language.js";
import { phrases } from "./phrases.js";
import { colours, theme } from "./theme.js";

export function edit(desk, parts) {
  const { field } = desk;
  const host = desk.part("editor");
  const root = host.attachShadow({ mode: "open", delegatesFocus: true });
  const labels = {
    "aria-label": field.ariaLabel ?? field.labels[0].textContent,
    "aria-describedby": "",
    "aria-multiline": "true",
    spellcheck: "true",
    lang: field.lang,
    tabindex: "0",
  };
  const state = cm.EditorState.create({
    doc: field.value,
    extensions: [
      cm.lineNumbers(),
      cm.history(),
      cm.drawSelection(),
      cm.bracketMatching(),
      cm.closeBrackets(),
      cm.highlightActiveLine(),
      cm.highlightActiveLineGutter(),
      cm.highlightSelectionMatches(),
      cm.search({ top: true }),
      cm.indentUnit.of("  "),
      cm.EditorView.lineWrapping,
      cm.EditorView.contentAttributes.of(labels),
      cm.placeholder(field.placeholder),
      cm.EditorState.phrases.of(phrases()),
      language(desk.file),
      cm.syntaxHighlighting(colours),
      theme,
      parts,
      cm.keymap.of([
        { key: "Tab", run: cm.acceptCompletion },
        ...cm.closeBracketsKeymap,
        ...cm.completionKeymap,
        ...(desk.file.endsWith(".md") ? continuing : continuing.slice(1)),
        ...cm.searchKeymap,
        ...cm.historyKeymap,
        ...cm.defaultKeymap,
      ]),
      cm.EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          field.value = update.state.doc.toString();
          desk.say("typed");
        }
        if (update.selectionSet || update.docChanged) desk.say("moved");
      }),
    ],
  });
  return new cm.EditorView({ state, root, parent: root });
}
