// What is selected in a lesson, as a quote that can be found again.
import { counted, textOf } from "./anchor.js";

const BLOCK = "p, li, td, th, h2, h3, pre, dd, dt, blockquote";
const fresh = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

/** Text as it reads, of nodes and places in them. */
function said(pieces) {
  let text = "";
  let block;
  for (const { node, from, to } of pieces) {
    const own = node.parentElement.closest(BLOCK);
    text += `${block && own !== block ? " " : ""}${node.data.slice(from, to)}`;
    block = own;
  }
  return text.replace(/\s+/g, " ").trim();
}

/** What is selected, in the section that it begins in; null where it is nothing that can be quoted. */
export function pick(main) {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const begins = range.startContainer;
  const section = (begins.closest ? begins : begins.parentElement)?.closest(".sec");
  if (!section || !main.contains(section)) return null;
  const { nodes } = textOf(section);
  const inside = nodes.flatMap(({ node, from }) => {
    if (!range.intersectsNode(node)) return [];
    const start = node === range.startContainer ? range.startOffset : 0;
    const end = node === range.endContainer ? range.endOffset : node.data.length;
    return node.data.slice(start, end).trim() ? [{ node, from: start, to: end, at: from }] : [];
  });
  if (!inside.length) return null;
  const [first, last] = [inside[0], inside.at(-1)];
  const whole = ({ node }) => ({ node, from: 0, to: node.data.length });
  const index = (one) => nodes.findIndex(({ node }) => node === one.node);
  const earlier = [...nodes.slice(0, index(first)).map(whole), { node: first.node, from: 0, to: first.from }];
  const later = [
    { node: last.node, from: last.to, to: last.node.data.length },
    ...nodes.slice(index(last) + 1).map(whole),
  ];
  return {
    key: fresh(),
    section: section.id,
    quote: said(inside),
    before: said(earlier.slice(-12)).slice(-64),
    after: said(later.slice(0, 12)).slice(0, 64),
    start: first.at + counted(first.node, first.from),
    range: range.cloneRange(),
  };
}
