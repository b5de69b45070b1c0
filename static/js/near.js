// What moves a part of a page is fetched when the part comes near the window, or is put there.
const parts = {
  "walk-through": () => Promise.all([import("./lazy/walk.js"), import("./lazy/walk-play.js")]),
  "put-in-order": () => import("./lazy/order.js"),
  "[data-board]": () => Promise.all([import("./lazy/board.js"), import("./lazy/board-stroke.js")]),
  "[data-seer]": () => Promise.all([import("./lazy/seer.js"), import("./lazy/seer-point.js")]),
  "[data-watch]": () => import("./lazy/watch.js"),
  "[data-flow]": () => import("./lazy/flow.js"),
  "[data-depths]": () => import("./lazy/depths.js"),
  "[data-png]": () => import("./lazy/png.js"),
};
const names = Object.keys(parts);
const ready = new WeakSet();

async function begin(part) {
  await parts[names.find((name) => part.matches(name))]().catch(() => {}); // Offline: it stands still.
  ready.add(part);
  // What was moved meanwhile is moved again.
  for (const field of part.querySelectorAll("[type=range]"))
    if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
}
document.addEventListener(
  "click",
  (event) => {
    const { target, ctrlKey, metaKey, shiftKey } = event;
    const part = target.closest?.("a, button")?.closest(names);
    if (!part || ready.has(part) || ctrlKey || metaKey || shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    begin(part).then(() => target.dispatchEvent(new MouseEvent("click", event)));
  },
  true,
);

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      begin(target);
    }
  },
  { rootMargin: "900px" },
);
const look = () => {
  for (const part of document.querySelectorAll(names)) near.observe(part);
};
look();
for (const news of ["htmx:after:swap", "lab:swapped", "mine", "pieces"]) document.addEventListener(news, look);
