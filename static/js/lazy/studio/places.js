// Which part of the preview belongs to which line of the text: each piece of the page knows the lines it is made of.
const THIRD = 3; // What is looked at stands a third down from the top.

// [line, element], by lines: blocks of prose each have their own, other pieces one.
function parts(page) {
  const found = [];
  for (const piece of page.document.querySelectorAll("#main [data-piece]")) {
    const lines = (piece.dataset.lines ?? "").split(" ").map(Number);
    const blocks = [...(piece.querySelector(":scope > .prose")?.children ?? [])];
    if (blocks.length) for (const [index, block] of blocks.entries()) found.push([lines[index] ?? lines.at(-1), block]);
    else found.push([lines[0], piece.matches("section") ? (piece.querySelector("h1, h2") ?? piece) : piece]);
  }
  return found.filter(([line]) => line).sort(([a], [b]) => a - b);
}

function around(all, at, lines) {
  const [from, box] = all[at];
  const { top, bottom } = box.getBoundingClientRect();
  return { from, top, height: Math.max(bottom - top, 1), lines: Math.max((all[at + 1]?.[0] ?? lines + 1) - from, 1) };
}

// Scrolls the page to a line of `lines`, and marks what was made of it.
export function show(page, line, lines) {
  const all = parts(page);
  const at = all.findLastIndex(([from]) => from <= line);
  for (const [index, [, box]] of all.entries()) box.toggleAttribute("data-here", index === at);
  if (at < 0) return;
  const part = around(all, at, lines);
  const down = part.top + (part.height * (line - part.from)) / part.lines;
  page.scrollTo({ top: page.scrollY + down - page.innerHeight / THIRD });
}

// The line that the page shows now.
export function shown(page, lines) {
  const all = parts(page);
  const look = page.innerHeight / THIRD;
  const at = all.findLastIndex(([, box]) => box.getBoundingClientRect().top <= look);
  if (at < 0) return 1;
  const part = around(all, at, lines);
  const down = Math.floor((part.lines * (look - part.top)) / part.height);
  return Math.min(part.from + Math.min(down, part.lines - 1), lines);
}
