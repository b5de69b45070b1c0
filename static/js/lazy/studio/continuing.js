// Enter goes on with what a line is: an option is followed by its feedback, that by the next option, an item by an item.
// On a line that holds its mark alone it ends the list. Tab indents, by two places, by four in code.
import { indentLess, indentMore, syntaxTree } from "../../../vendor/codemirror/studio.js";

const MARKS = [
  [/^- \[[ xX]\] (?=\S)/, () => "  > "],
  [/^ {2}> (?=\S)/, () => "- [ ] "],
  [/^([-*]) (?=\S)/, ([, mark]) => `${mark} `],
  [/^(\d+)\. (?=\S)/, ([, number]) => `${Number(number) + 1}. `],
];
const EMPTY = /^(?:- \[[ xX]\]| {2}>|[-*]|\d+\.)\s*$/;

function inCode({ state }) {
  for (let at = syntaxTree(state).resolveInner(state.selection.main.head, -1); at; at = at.parent)
    if (/^(DirectiveCode|FencedCode|Script)$/.test(at.name)) return true;
  return false;
}

function enter(view) {
  const { state } = view;
  const { head, empty } = state.selection.main;
  const line = state.doc.lineAt(head);
  if (!empty || head < line.to || inCode(view)) return false;
  if (EMPTY.test(line.text)) {
    view.dispatch({ changes: { from: line.from, to: line.to }, userEvent: "delete" });
    return true;
  }
  const [found, next] = MARKS.map(([mark, to]) => [mark.exec(line.text), to]).find(([match]) => match) ?? [];
  if (!found) return false;
  view.dispatch(state.replaceSelection(`\n${next(found)}`), { scrollIntoView: true });
  return true;
}

const indent = (command) => (view) => {
  if (inCode(view)) command(view);
  return command(view);
};

export const continuing = [
  { key: "Enter", run: enter },
  { key: "Tab", run: indent(indentMore), shift: indent(indentLess) },
];
