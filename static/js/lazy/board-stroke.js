// A stroke of the pointer across the chart of a race moves the sliders that it passes.
function set(input, y) {
  const { top, height } = input.getBoundingClientRect();
  const thumb = input.offsetWidth;
  const share = (top + height - thumb / 2 - y) / (height - thumb);
  input.value = Number(input.min) + share * (input.max - input.min);
}

// Where a stroke began, and where it was last.
let start = null;
let last = null;

function stroke(event) {
  const plot = event.target.closest?.("[data-plot]");
  if (!plot || (event.type === "pointermove" && !(event.buttons & 1)) || event.button > 0) return;
  event.preventDefault();
  const here = { x: event.clientX, y: event.clientY };
  if (event.type === "pointerdown") {
    plot.setPointerCapture(event.pointerId);
    start = last = here;
  }
  const inputs = [...plot.querySelectorAll("[data-set] input")].filter((input) => input.offsetParent);
  const radius = inputs[0].offsetWidth / 2;
  const middles = inputs.map((input) => input.getBoundingClientRect().left + radius);
  const far = middles.map((x) => Math.abs(x - here.x));
  const near = far.indexOf(Math.min(...far));
  // A point that it crosses, however quickly, is put where it was crossed; up and down it drags the one that it is upon.
  for (const [i, x] of middles.entries()) {
    const share = (x - last.x) / (here.x - last.x);
    if (share > 0 && share <= 1) set(inputs[i], last.y + share * (here.y - last.y));
  }
  const upright = here === start || Math.abs(here.y - last.y) > Math.abs(here.x - last.x);
  if (upright && Math.min(far[near], Math.abs(here.x - start.x)) <= radius) set(inputs[near], here.y);
  last = here;
  inputs[near].focus({ preventScroll: true });
  inputs[near].dispatchEvent(new Event("input", { bubbles: true }));
}
for (const name of ["pointerdown", "pointermove"]) document.addEventListener(name, stroke);
