// A directive for the highlighter: its fence and name, its option lines, and where it is a lab its code.
export const DIRECTIVE = /^(:{3,}|`{3,}(?=\{)|~{3,}(?=\{))(\s*\{([^{}\s]*)\})?/;
const OPTION = /^:([A-Za-z][\w-]*):(\s.*)?$/;

export function directives(cx, line) {
  const match = line.basePos ? null : DIRECTIVE.exec(line.text);
  if (!match) return false;
  const start = cx.lineStart;
  const made = [cx.elt("DirectiveMark", start, start + match[0].length)];
  let end = start + line.text.length;
  let more = cx.nextLine();
  const take = () => {
    end = cx.lineStart + line.text.length;
    more = cx.nextLine();
  };
  for (let found = OPTION.exec(line.text); more && match[3] && found; found = OPTION.exec(line.text)) {
    const from = cx.lineStart;
    const name = cx.elt("OptionName", from, from + found[1].length + 2);
    made.push(cx.elt("Option", from, from + line.text.length, [name]));
    take();
  }
  if (match[1][0] !== ":") {
    const body = cx.lineStart;
    while (more && !line.text.startsWith(match[1])) take();
    if (end > body) made.push(cx.elt("DirectiveCode", body, end));
    if (more) {
      made.push(cx.elt("DirectiveMark", cx.lineStart, cx.lineStart + line.text.length));
      take();
    }
  }
  cx.addElement(cx.elt("Directive", start, end, made));
  return true;
}
