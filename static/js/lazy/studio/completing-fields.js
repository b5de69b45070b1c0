// Completion in front matter and in course.yaml: the fields, and the names that they may hold.
const LISTS = { skills: "skills", requires: "skills", authors: "authors", next: "lessons", lessons: "lessons" };

function within(state, line, file) {
  if (file.endsWith(".yaml")) return true;
  if (!file.endsWith(".md") || state.doc.line(1).text !== "---") return false;
  for (let at = 2; at <= line.number; at += 1) if (state.doc.line(at).text === "---") return false;
  return line.number > 1;
}

export function fields(state, line, before, names, file) {
  if (!within(state, line, file)) return null;
  const value = /(?:^|[\s{,])(\w+):\s*(?:\[(?:[^\]]*,)?\s*)?([\w-]*)$/.exec(before);
  if (value && LISTS[value[1]]) {
    const list = names[LISTS[value[1]]].map(({ id, title }) => ({ label: id, detail: title }));
    return { from: value[2].length, options: list };
  }
  const name = /(?:^\s*(?:-\s*)?\{?|,\s*)(\w*)$/.exec(before);
  if (!name) return null;
  return { from: name[1].length, options: names.fields.map((one) => ({ label: one, apply: `${one}: ` })) };
}
