// Drawing needs in the skill graph: from a skill to the one that needs it, by dragging, or by N on the one and N on the
// other. Arrow keys lead along the lines.
const KEYS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const graph = document.querySelector("[data-graph]");
const form = document.querySelector("[data-graph-need]");
let from = null;
let dragged = false;

const say = (words) => {
  document.querySelector("[data-graph-said]").textContent = words;
};
const letGo = () => {
  from?.classList.remove("is-held");
  from = null;
};
const hold = (node) => {
  letGo();
  from = node;
  node.classList.add("is-held");
  say(inWords("From %(skill)s: press N on the skill that needs it, Escape to let go.", { skill: node.dataset.title }));
};
const draw = (node) => {
  const need = from;
  letGo();
  if (!need || need === node) return;
  form.elements.skill.value = node.dataset.skill;
  form.elements.needed.value = need.dataset.skill;
  form.requestSubmit();
};

graph?.addEventListener("keydown", (event) => {
  const node = event.target.closest(".node");
  if (!node || event.altKey || event.ctrlKey || event.metaKey) return;
  const to = document.getElementById(node.dataset[KEYS[event.key]]);
  if (to) to.focus();
  else if (event.key.toLowerCase() === "n") from ? draw(node) : hold(node);
  else if (event.key === "Escape" && from) letGo();
  else return;
  event.preventDefault();
});
graph?.addEventListener("pointerdown", (event) => {
  const node = event.target.closest(".node");
  dragged = false;
  if (node && event.button === 0 && event.pointerType === "mouse") hold(node);
});
graph?.addEventListener("pointermove", (event) => {
  if (from && event.buttons && event.target.closest(".node") !== from) dragged = true;
});
document.addEventListener("pointerup", (event) => {
  if (event.pointerType !== "mouse" || !from) return;
  const node = event.target.closest?.("[data-graph] .node");
  if (dragged && node) draw(node);
  else letGo();
});
graph?.addEventListener("click", (event) => {
  if (dragged) event.preventDefault();
});
