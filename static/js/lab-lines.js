// A line chip lights the line of code that its number comes from: while it is pointed at, and until the next click.
function light(lab, line) {
  for (const row of lab.querySelectorAll(".ln")) row.classList.toggle("is-lit", row.dataset.n === line);
  const [row, box] = [lab.querySelector(".ln.is-lit"), lab.querySelector(".lab__code")];
  if (row?.offsetParent && !(row.offsetTop >= box.scrollTop && row.offsetTop < box.scrollTop + box.clientHeight - 24))
    box.scrollTop = row.offsetTop - box.clientHeight / 2;
  lab.dispatchEvent(new CustomEvent("lab:light", { detail: Number(line ?? 0) }));
}

for (const [name, on] of Object.entries({ pointerover: true, focusin: true, pointerout: false, focusout: false })) {
  document.addEventListener(name, ({ target }) => {
    const chip = target.closest?.("a.trace[data-line]");
    const lab = chip?.closest("[data-lab]");
    if (!lab) return;
    light(lab, on ? chip.dataset.line : lab.querySelector(".trace[aria-current]")?.dataset.line);
  });
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("a.trace[data-line]");
  const lab = chip?.closest("[data-lab]");
  if (!lab) return;
  event.preventDefault();
  const held = chip.hasAttribute("aria-current");
  for (const other of lab.querySelectorAll(".trace[aria-current]")) other.removeAttribute("aria-current");
  if (!held) chip.setAttribute("aria-current", "true");
  light(lab, held ? undefined : chip.dataset.line);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const code = lab.querySelector(".lab__code");
  if (!held) code?.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
});

// "Go to L3", and a click into the code.
document.addEventListener("click", (event) => {
  const go = event.target.closest("[data-go]");
  const lab = go?.closest("[data-lab]");
  if (!lab) return;
  event.preventDefault();
  lab.dispatchEvent(new CustomEvent("lab:go", { bubbles: true, detail: Number(go.dataset.go) }));
});

// A step of a forward pass does as a chip does.
document.addEventListener("lab:step", ({ target, detail }) => {
  const lab = target.closest("[data-lab]");
  if (lab) light(lab, detail);
});
