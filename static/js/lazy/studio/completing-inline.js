// Completion in a line: {role}`name`, ](target and ![…](picture.
import { snippet } from "../../../vendor/codemirror/studio.js";

const named = (list, apply = (one) => one.id) =>
  list.map((one) => ({ label: apply(one), detail: one.title ?? "", info: one.lesson ?? null }));

// What is chosen closes its role, and the cursor stands behind it.
const closed = (list, end, after) =>
  after.startsWith(end[0]) ? list : list.map((one) => ({ ...one, apply: one.label + end }));

export function inline(before, after, names, file) {
  const role = /\{(\w*)$/.exec(before);
  if (role && !/^[:`~]{3}/.test(before))
    return {
      from: role[1].length,
      options: names.roles.map((one) => ({ label: one, apply: snippet(`${one}}\`#{}\``) })),
    };
  const given = /\{(term|cite|measure)\}`([^`]*)$/.exec(before);
  if (given) {
    const last = given[2].split(/[;<]\s*/).at(-1);
    const end = given[2].includes("<") ? ">`" : "`";
    if (given[1] === "term")
      return {
        from: last.length,
        options: closed(
          names.terms.map(({ title }) => ({ label: title.toLowerCase() })),
          end,
          after,
        ),
      };
    if (given[1] === "cite") return { from: last.length, options: closed(named(names.references), end, after) };
    return null;
  }
  const target = /(!?)\[[^\]]*\]\(([^)\s]*)$/.exec(before);
  if (!target) return null;
  const here = (one) => `${one.lesson}.md` === file;
  const files = names.media.filter((one) => one.picture || !target[1]);
  const places = [
    ...named(names.lessons, (one) => `${one.id}.md`),
    ...named(names.questions.filter(here), (one) => `#q-${one.id}`),
    ...named(names.labs.filter(here), (one) => `#lab-${one.id}`),
    ...named(names.terms, (one) => `glossary.md#${one.id}`),
  ];
  return { from: target[2].length, options: [...(target[1] ? [] : places), ...named(files)] };
}
