// The language of a file, by its name: our Markdown with Python and YAML inside it, YAML, or plain text.
import * as cm from "../../../vendor/codemirror/studio.js";
import { blocks } from "./format.js";
import { inlines } from "./format-inline.js";

const PYTHON = /^(python|py|pycon)\b/;
const data = cm.defineLanguageFacet({ commentTokens: { line: "%" }, closeBrackets: { brackets: ["(", "["] } });

// Which parser reads what stands inside a node.
function inside(node, input) {
  if (node.name === "FrontMatter") {
    const to = input.read(node.from, node.to).endsWith("\n---") ? node.to - 3 : node.to;
    return to > node.from + 4 ? { parser: cm.yamlLanguage.parser, overlay: [{ from: node.from + 4, to }] } : null;
  }
  if (node.name === "DirectiveCode") return { parser: cm.pythonLanguage.parser };
  if (node.name === "FencedCode") {
    const info = node.node.getChild("CodeInfo");
    if (!info || !PYTHON.test(input.read(info.from, info.to))) return null;
    return { parser: cm.pythonLanguage.parser, overlay: (part) => part.name === "CodeText" };
  }
  return null;
}

const parser = cm.markdownParser.configure([
  cm.Table,
  cm.Strikethrough,
  cm.TaskList,
  blocks,
  inlines,
  { wrap: cm.parseMixed(inside) },
  { props: [cm.languageDataProp.add((type) => (type.isTop ? data : undefined))] },
]);
const markdown = new cm.Language(data, parser, [], "lesson");

export const language = (file) => (file.endsWith(".md") ? markdown : file.endsWith(".yaml") ? cm.yamlLanguage : []);
