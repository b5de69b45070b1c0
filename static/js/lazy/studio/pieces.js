// Brings the pieces of a page in line with a list of them: what is the same stays, the very element.
const ELSEWHERE = "@"; // beside what is read: it stays where it is

function made(page, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return page.importNode(template.content, true).firstElementChild;
}

// A section takes the rows of the one that it replaces along; they are looked through by themselves.
function adopt(fresh, old) {
  if (old) fresh.append(...old.querySelectorAll(":scope > [data-piece]"));
}

// Pieces are {id, within, lines, hash, html}; html may be null where the page has one of that hash. Gives the new
// elements, or null where one is missing.
export function reconcile(page, main, pieces) {
  const old = [...page.querySelectorAll("[data-piece]")];
  const stock = Map.groupBy(old, (piece) => piece.dataset.hash);
  const named = new Map(old.map((piece) => [piece.dataset.piece, piece]));
  const [now, last, fresh] = [new Map(), new Map(), []];
  for (const { id, within, lines, hash, html } of pieces) {
    const same = stock.get(hash) ?? [];
    const own = same.findIndex((piece) => piece.dataset.piece === id);
    let piece = same.splice(Math.max(own, 0), 1)[0];
    if (!piece) {
      if (html === null) return null;
      piece = made(page, html);
      adopt(piece, named.get(id));
      fresh.push(piece);
    }
    piece.dataset.piece = id;
    piece.dataset.lines = lines.join(" ");
    now.set(id, piece);
    if (within === ELSEWHERE) {
      if (named.get(id) !== piece) named.get(id)?.replaceWith(piece);
      continue;
    }
    const box = within ? now.get(within) : main;
    const before = last.get(box);
    const place = before ? before.nextElementSibling : box.querySelector(":scope > [data-piece]");
    if (place !== piece) box.insertBefore(piece, place);
    last.set(box, piece);
  }
  const kept = new Set(now.values());
  for (const piece of page.querySelectorAll("[data-piece]")) if (!kept.has(piece)) piece.remove();
  return fresh;
}
