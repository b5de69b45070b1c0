// Where in a text something can be put.
// The end of the front matter.
export const head = (text) => /^---\n(?:.*\n)*?---(?:\n+|$)/.exec(text)?.[0].length ?? 0;

// The end of the line after which a block can stand: not within another one.
export function after(doc, at) {
  let open = "";
  const here = doc.lineAt(at).number;
  for (let number = 1; number <= doc.lines; number += 1) {
    const { text, to } = doc.line(number);
    const fence = number === 1 && text === "---" ? "---" : /^(?::{3,}|`{3,}|~{3,})/.exec(text)?.[0];
    if (open ? text.trimEnd() === open : fence) open = open ? "" : fence;
    if (number >= here && !open) return to;
  }
  return doc.length;
}
