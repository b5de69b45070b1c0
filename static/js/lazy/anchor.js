// Finds quoted words again in a text that may have changed since, by the words and by what stood around them
// (W3C Web Annotation, TextQuoteSelector). White space does not count: it differs between pages and browsers.
const PARTS = ".prose, .note, .claim__text, h2";
const APART = ".mynotes, .quiz, .lab, walk-through, .hl__ref, .vh";
const bare = (text) => text.replace(/\s+/g, "");

/** A section's text without white space, and the text nodes that it stands in, each with where it begins. */
export function textOf(section) {
  const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = "";
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const said = bare(node.data);
    if (!said || !node.parentElement.closest(PARTS) || node.parentElement.closest(APART)) continue;
    nodes.push({ node, from: text.length, to: text.length + said.length });
    text += said;
  }
  return { text, nodes };
}

/** The place in a node's own data that so many characters lie before. */
export function offset(node, count) {
  let left = count;
  for (let at = 0; at < node.data.length; at++) {
    if (!/\s/.test(node.data[at]) && left-- === 0) return at;
  }
  return node.data.length;
}

export const counted = (node, at) => bare(node.data.slice(0, at)).length;

const alike = (a, b) => {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return n;
};
const backwards = (text) => [...text].reverse().join("");

/** Where a quote stands now: from, to, and whether its words have changed; null where it is not there any more. */
export function find(text, { quote, before, after, start }) {
  const [words, left, right] = [quote, before, after].map(bare);
  // A short quote stands in many places: it is this one only where something around it is as it was.
  const need = words.length < 24 ? Math.min(8, left.length + right.length) : 0;
  let best = null;
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const around =
      alike(backwards(text.slice(Math.max(0, at - left.length), at)), backwards(left)) +
      alike(text.slice(at + words.length), right);
    const far = Math.abs(at - start);
    if (around < need || (best && (around < best.around || (around === best.around && far >= best.far)))) continue;
    best = { from: at, to: at + words.length, around, far };
  }
  if (best) return best;
  const [opens, closes] = [left.slice(-24), right.slice(0, 24)];
  if (opens.length < 12 || closes.length < 12 || !text.includes(opens)) return null;
  const from = text.indexOf(opens) + opens.length;
  const to = text.indexOf(closes, from);
  return to > from && to - from <= 1.5 * words.length + 20 ? { from, to, changed: true } : null;
}
