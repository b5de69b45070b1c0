// Walking the skill matrix. Arrow keys lead along its lines; what is opened with a key, or where the window is too
// narrow for the panel to stand beside the map, leads to the panel, and Escape leads back.
const KEYS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
let byKey = false;

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const node = event.target.closest?.("[data-map] .node");
  const to = node && document.getElementById(node.dataset[KEYS[event.key]]);
  if (to) {
    event.preventDefault();
    to.focus();
  }
  if (event.key === "Escape" && event.target.closest?.(".matrix .concept"))
    document.querySelector(".matrix :is(.node, .nodes tr)[aria-current]")?.closest("a, tr").focus();
});

document.addEventListener("click", (event) => {
  byKey = event.detail === 0;
});

document.addEventListener("htmx:after:swap", () => {
  if (!document.activeElement?.matches(".node, .nodes a")) return;
  const head = document.getElementById("concept-h");
  if (byKey) head?.focus();
  if (matchMedia("(width < 80rem)").matches) document.getElementById("concept")?.scrollIntoView();
});
