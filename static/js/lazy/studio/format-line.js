// A line of a question for the highlighter: key, known wrong value, hint, explanation, distractor, requirement.
export const LINE = /^([?!=~]|x\.|require:|vars:)(?=\s)/;

export function marks(cx, line) {
  const match = line.basePos ? null : LINE.exec(line.text);
  if (!match) return false;
  const from = cx.lineStart;
  const to = from + match[1].length;
  const said = cx.parser.parseInline(line.text.slice(match[1].length), to);
  cx.addElement(cx.elt("Answer", from, from + line.text.length, [cx.elt("AnswerMark", from, to), ...said]));
  cx.nextLine();
  return true;
}
