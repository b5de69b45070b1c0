// Steps through a forward pass: the slider (or its arrow keys) marks a row and lights the line that it comes from.
document.addEventListener("input", ({ target }) => {
  const watch = target.closest?.("[data-watch]");
  if (!watch || target.type !== "range") return;
  const rows = watch.querySelectorAll("tbody tr");
  for (const row of rows) row.removeAttribute("aria-current");
  const row = rows[target.value];
  row.setAttribute("aria-current", "step");
  row.scrollIntoView({ block: "nearest", inline: "nearest" });
  const name = row.querySelector("b").textContent;
  watch.querySelector("output").textContent = `${target.value} / ${target.max}`;
  target.setAttribute("aria-valuetext", `${target.value}, ${name}`);
  watch.dispatchEvent(new CustomEvent("lab:step", { bubbles: true, detail: row.dataset.line }));
});
