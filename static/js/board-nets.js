// Other settings of a race that has not run yet: other nets to draw. What was drawn of those that stay is kept.
let asked = 0;
document.addEventListener("change", async ({ target }) => {
  const form = target.form;
  const lab = form?.querySelector("[data-draw-first]") && form.closest("[data-lab]");
  if (!lab) return;
  const board = lab.querySelector("[data-board]");
  const drawn = board ? [...new FormData(board)].filter(([name]) => name.startsWith("guess.")) : [];
  const query = new URLSearchParams([...new FormData(form), ...drawn, ["fragment", "board"]]);
  const mine = ++asked;
  const net = board?.querySelector("[name=net]:checked")?.value;
  const answer = await fetch(`${form.querySelector("[data-draw-first]").formAction}?${query}`).catch(() => null);
  if (!answer?.ok || mine !== asked) return; // What cannot be run is said when it is asked for.
  const html = await answer.text();
  lab.dispatchEvent(new CustomEvent("lab:html", { bubbles: true, detail: { html } }));
  const same = net && lab.querySelector(`[data-board] [value="${net}"]`);
  if (same) same.checked = true;
});
