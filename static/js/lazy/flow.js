// Gradient flow as training goes: a slider (or its arrow keys) chooses the moment that all three charts show.
document.addEventListener("input", ({ target }) => {
  const flow = target.closest?.("[data-flow]");
  if (!flow || !target.dataset.steps) return;
  for (const frame of flow.querySelectorAll("[data-frame]")) {
    frame.setAttribute("display", frame.dataset.frame === target.value ? "inline" : "none");
  }
  const step = target.dataset.steps.split(" ")[target.value];
  target.setAttribute("aria-valuetext", step);
  flow.querySelector("output").textContent = step;
});
