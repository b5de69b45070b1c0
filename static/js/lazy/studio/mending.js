// Makes a mechanical mend in the text, one step to undo, and selects what it leaves to be written.
const LEFT = [
  ...["What it shows", "Why it is so.", "Why.", "What was computed.", "What it says.", "What do you expect?"],
  "Another option",
];

export function spot(doc, line, column) {
  if (line > doc.lines) return doc.length;
  const { from, text, length } = doc.line(Math.max(line, 1));
  // Columns count characters; the editor counts UTF-16 units.
  const units = [...text].slice(0, column - 1).join("").length;
  return from + Math.min(units, length);
}

// The mend that a button offers here: none for another file's text.
export const offered = (desk, { file, mend }) => (mend && file === desk.file && !mend.file ? mend : null);

export function mend(desk, { edits }) {
  const { view } = desk;
  if (desk.unsaved()) return view.focus(); // What was looked at is not what stands there now.
  const { doc } = view.state;
  const places = edits.map(({ line, column, endLine, endColumn, text }) => ({
    from: spot(doc, line, column),
    to: spot(doc, endLine, endColumn),
    insert: text,
  }));
  const changes = view.state.changes(places);
  let selection = { anchor: changes.mapPos(places[0].from, 1) };
  for (const { from, insert } of places) {
    const left = LEFT.find((words) => insert.includes(words));
    const anchor = changes.mapPos(from, -1) + insert.indexOf(left);
    if (left) selection = { anchor, head: anchor + left.length };
  }
  view.dispatch({ changes, selection, userEvent: "input.mend", scrollIntoView: true });
  desk.say("shown", "write");
  view.focus();
}
