// Where the window is too narrow for the panel to stand beside the map, choosing a skill leads to the panel.
document.addEventListener("htmx:after:swap", () => {
  const chosen = document.activeElement?.matches(".node, .nodes a") && matchMedia("(width < 80rem)").matches;
  if (chosen) document.getElementById("concept")?.scrollIntoView();
});
