// A network that is being measured: when its run has ended, its verdict is asked for.
document.addEventListener("htmx:after:swap", () => {
  const live = document.querySelector("[data-measuring] [data-stream]");
  if (live) live.dispatchEvent(new CustomEvent("lab:swapped", { bubbles: true }));
});

document.addEventListener("lab:swapped", ({ target }) => {
  const box = target.closest?.("[data-measuring]");
  const pane = box?.querySelector(".lab__pane");
  if (!pane || pane.dataset.stream || pane.matches(".is-cancelled")) return;
  box.querySelector("[data-measured]")?.requestSubmit();
});
