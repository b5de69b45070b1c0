// A slider over the depths of a race: the nets of one stand out, in the charts and in words.
document.addEventListener("input", ({ target }) => {
  const race = target.closest?.("[data-depths]");
  if (!race || target.type !== "range") return;
  const ends = [...race.querySelectorAll("[data-layers]")];
  const one = ends[target.value - 1];
  for (const end of ends) end.hidden = Boolean(one) && end !== one;
  for (const part of race.querySelectorAll("[data-depth]")) {
    part.classList.toggle("is-faint", Boolean(one) && part.dataset.depth !== one.dataset.layers);
  }
  race.querySelector(".depths output").textContent = one
    ? inWords("%(n)s layers", { n: one.dataset.layers })
    : inWords("all");
  target.setAttribute("aria-valuetext", one ? one.textContent.trim() : inWords("all depths"));
});
