// A stroke of the pointer across the chart of a race moves the sliders that it passes.
function set(input, y) {
  const { top, height } = input.getBoundingClientRect();
  const thumb = input.offsetWidth;
  const share = (top + height - thumb / 2 - y) / (height - thumb);
  input.value = Number(input.min) + share * (input.max - input.min);
}

let last = null;
function stroke(event) {
  const plot = event.target.closest?.("[data-plot]");
  if (!plot || (event.type === "pointermove" && !(event.buttons & 1)) || event.button > 0) return;
  const inputs = [...plot.querySelectorAll("[data-set] input")].filter((input) => input.offsetParent);
  const centres = inputs.map((input) => input.getBoundingClientRect().left + input.offsetWidth / 2);
  const near = centres.map((x) => Math.abs(x - event.clientX));
  const i = near.indexOf(Math.min(...near));
  event.preventDefault();
  if (event.type === "pointerdown") {
    plot.setPointerCapture(event.pointerId);
    last = null;
  }
  const y = event.clientY;
  // A quick stroke can pass a point between two events.
  const from = last ?? { i, y };
  for (let k = from.i; k !== i; k += Math.sign(i - from.i)) {
    if (k !== from.i) set(inputs[k], from.y + ((y - from.y) * (k - from.i)) / (i - from.i));
  }
  set(inputs[i], y);
  last = { i, y };
  inputs[i].focus({ preventScroll: true });
  inputs[i].dispatchEvent(new Event("input", { bubbles: true }));
}
for (const name of ["pointerdown", "pointermove"]) document.addEventListener(name, stroke);
