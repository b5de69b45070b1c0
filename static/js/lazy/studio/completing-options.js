// Completion in a directive's head: its options, and what they may hold.
const HEAD = /^(?::{3,}|`{3,}|~{3,})\s*\{([\w-]+)\}/;

// The directive whose option lines this line stands among, or the step of a walkthrough.
function around(state, number) {
  for (let at = number - 1; at > 0; at -= 1) {
    const { text } = state.doc.line(at);
    const head = HEAD.exec(text);
    if (head) return head[1];
    if (text.startsWith("### ")) return "walkthrough";
    if (!/^:[\w-]+:/.test(text)) return null;
  }
  return null;
}

export function options(state, line, before, names) {
  const name = /^:([\w-]*)$/.exec(before);
  const value = /^:([\w-]+):\s*(.*)$/.exec(before);
  if (!name && !value) return null;
  const directive = names.directives.find((one) => one.name === around(state, line.number));
  if (!directive) return null;
  if (name) {
    const apply = (one) => `:${one.name}: `;
    const found = directive.options.map((one) => ({ label: `:${one.name}:`, apply: apply(one), info: one.help }));
    return { from: before.length, options: found };
  }
  const option = directive.options.find((one) => one.name === value[1]);
  const values = (option?.values ?? []).flatMap((one) => {
    const list = /^\{(\w+)\}$/.exec(one);
    return list ? names[list[1]].map(({ id, title }) => ({ label: id, detail: title })) : [{ label: one }];
  });
  return values.length ? { from: value[2].split(/,\s*/).at(-1).length, options: values } : null;
}
