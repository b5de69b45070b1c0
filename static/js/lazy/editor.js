// The code editor, loaded when a student first turns to the code. It lives in a shadow root, so that its styles are
// adopted sheets, which the content security policy allows, and the text area behind it stays the form's field.
import * as cm from "../../vendor/codemirror/codemirror.js";
import { colours, theme } from "./editor-theme.js";

const setLit = cm.StateEffect.define();
const litLine = cm.Decoration.line({ class: "lit" });
const lit = cm.StateField.define({
  create: () => cm.Decoration.none,
  update(marks, { changes, effects, state }) {
    const asked = effects.find((effect) => effect.is(setLit));
    if (!asked) return marks.map(changes);
    const line = asked.value > 0 && asked.value <= state.doc.lines && state.doc.line(asked.value);
    return line ? cm.Decoration.set([litLine.range(line.from)]) : cm.Decoration.none;
  },
  provide: (field) => cm.EditorView.decorations.from(field),
});

export function edit(field, host, run) {
  const state = cm.EditorState.create({
    doc: field.value,
    extensions: [
      cm.lineNumbers(),
      cm.history(),
      cm.drawSelection(),
      cm.indentOnInput(),
      cm.bracketMatching(),
      cm.indentUnit.of("    "),
      cm.pythonLanguage,
      cm.syntaxHighlighting(cm.HighlightStyle.define(colours(cm.tags))),
      lit,
      theme(cm.EditorView),
      cm.EditorView.contentAttributes.of({ "aria-label": field.ariaLabel, "aria-multiline": "true", tabindex: "0" }),
      cm.keymap.of([{ key: "Mod-Enter", run }, cm.indentWithTab, ...cm.defaultKeymap, ...cm.historyKeymap]),
      cm.EditorView.updateListener.of((update) => {
        if (!update.docChanged || field.value === update.state.doc.toString()) return;
        field.value = update.state.doc.toString();
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    ],
  });
  const root = host.attachShadow({ mode: "open", delegatesFocus: true });
  const view = new cm.EditorView({ state, root, parent: root });
  return {
    light(line) {
      view.dispatch({ effects: setLit.of(line) });
      if (line < 1 || line > view.state.doc.lines) return;
      // By itself, since CodeMirror would scroll the page, too.
      const { top, bottom } = view.lineBlockAt(view.state.doc.line(line).from);
      const box = view.scrollDOM;
      if (top < box.scrollTop || bottom > box.scrollTop + box.clientHeight) box.scrollTop = top - box.clientHeight / 2;
    },
    show: (code) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: code } }),
    go(number) {
      const line = view.state.doc.line(Math.min(number, view.state.doc.lines));
      view.dispatch({
        selection: { anchor: line.from },
        effects: cm.EditorView.scrollIntoView(line.from, { y: "center" }),
      });
      view.focus();
    },
  };
}
