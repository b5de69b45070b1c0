// What a lesson has beyond Markdown, for the highlighter. Reads as app/content does.
import { Tag, tags } from "../../../vendor/codemirror/studio.js";
import { DIRECTIVE, directives } from "./format-directive.js";
import { LINE, marks } from "./format-line.js";

export const directive = Tag.define();
export const option = Tag.define(tags.propertyName);
export const formula = Tag.define();
export const mark = Tag.define();

// Formulas between two lines `$$`, or on one.
function formulas(cx, line) {
  if (line.basePos || !line.text.startsWith("$$")) return false;
  const start = cx.lineStart;
  let end = start + line.text.length;
  const alone = /^\$\$\s*\S.*\$\$\s*$/.test(line.text);
  for (let last = alone; cx.nextLine() && !last; end = cx.lineStart + line.text.length)
    last = line.text.trimEnd() === "$$";
  cx.addElement(cx.elt("Formula", start, end));
  return true;
}

function frontMatter(cx, line) {
  if (cx.lineStart !== 0 || line.text !== "---") return false;
  let end = 3;
  for (let last = false; cx.nextLine() && !last; end = cx.lineStart + line.text.length) last = line.text === "---";
  cx.addElement(cx.elt("FrontMatter", 0, end));
  return true;
}

const ends = (regex) => (_cx, line) => regex.test(line.text);

export const blocks = {
  defineNodes: [
    { name: "Directive", block: true },
    { name: "DirectiveMark", style: directive },
    { name: "DirectiveCode" },
    { name: "Option", block: true },
    { name: "OptionName", style: option },
    { name: "Formula", block: true, style: formula },
    { name: "FrontMatter", block: true },
    { name: "Answer", block: true },
    { name: "AnswerMark", style: mark },
  ],
  parseBlock: [
    { name: "FrontMatter", parse: frontMatter, before: "HorizontalRule" },
    { name: "Directive", parse: directives, endLeaf: ends(DIRECTIVE), before: "FencedCode" },
    { name: "Formula", parse: formulas, endLeaf: ends(/^\$\$/), before: "FencedCode" },
    { name: "Answer", parse: marks, endLeaf: ends(LINE), before: "FencedCode" },
  ],
};
