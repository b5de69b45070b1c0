// What a line of a lesson has beyond Markdown, for the highlighter: roles, formulas, what a variant fills in.
import { Tag, tags } from "../../../vendor/codemirror/studio.js";
import { formula } from "./format.js";

export const role = Tag.define();
export const fill = Tag.define(tags.variableName);

const ROLE = /^\{[A-Za-z][\w:+-]*\}(?=`)/;
const FORMULA = /^\$(?![\s$])(?:\\.|[^$\\])*?[^\s$\\]\$(?!\d)|^\$[^\s$\\]\$(?!\d)/;
const FILL = /^\{(?:=[^{}`]{1,200}|\s*[A-Za-z_]\w{0,30}\s*)\}/;

function spot(name, regex, first) {
  return (cx, next, pos) => {
    if (next !== first.charCodeAt(0)) return -1;
    const match = regex.exec(cx.slice(pos, cx.end));
    return match ? cx.addElement(cx.elt(name, pos, pos + match[0].length)) : -1;
  };
}

export const inlines = {
  defineNodes: [
    { name: "Role", style: role },
    { name: "InlineFormula", style: formula },
    { name: "Fill", style: fill },
  ],
  parseInline: [
    { name: "Role", parse: spot("Role", ROLE, "{"), before: "InlineCode" },
    { name: "InlineFormula", parse: spot("InlineFormula", FORMULA, "$"), before: "Escape" },
    { name: "Fill", parse: spot("Fill", FILL, "{"), after: "Role" },
  ],
};
