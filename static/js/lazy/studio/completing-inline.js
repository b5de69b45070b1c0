// Completion in a line: {role}`name`, ](target and ![…](picture.
import { snippet } from "../../../vendor/codemirror/studio.js";

const named = (list, apply = (one) => one.id) =>
  list.map((one) => ({ label: apply(one), detail: one.title ?? "", info: one.lesson ?? null }));

export function inline(before, names, file) {
  const role = /\{(\w*)$/.exec(before);
  if (role && !/^[:`~]{3}/.test(before))
    return {
      from: role[1].length,
      options: names.roles.map((one) => ({ label: one, apply: snippet(`${one}}\`#{}\``) })),
    };
  const given = /\{(term|cite|measure)\}`([^`]*)$/.exec(before);
  if (given) {
    const last = given[2].split(/[;<]\s*/).at(-1);
    if (given[1] === "term")
      return { from: last.length, options: names.terms.map(({ title }) => ({ label: title.toLowerCase() })) };
    if (given[1] === "cite") return { from: last.length, options: named(names.references) };
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
