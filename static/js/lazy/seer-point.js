// Pointing at the picture of what units see moves its sliders to the unit whose field is centred nearest.
function point({ target, clientX, clientY }) {
  const image = target.closest?.(".seer__image")?.querySelector("svg");
  if (!image?.contains(target)) return;
  const seer = image.closest("[data-seer]");
  const { dataset } = seer.querySelector("[data-layer]:not([hidden])");
  const [size, jump, start] = [dataset.size, dataset.jump, dataset.start].map((text) => text.split(" ").map(Number));
  const frame = image.getBoundingClientRect();
  const { width, height } = image.viewBox.baseVal;
  const at = [((clientY - frame.top) / frame.height) * height, ((clientX - frame.left) / frame.width) * width];
  const sides = seer.querySelectorAll(".seer__unit input");
  const before = [...sides].map((side) => side.value).join();
  sides.forEach((side, axis) => {
    side.value = Math.round((at[axis] - start[axis] - size[axis] / 2) / jump[axis]);
  });
  if ([...sides].map((side) => side.value).join() !== before)
    sides[0].dispatchEvent(new Event("input", { bubbles: true }));
}
for (const name of ["pointerdown", "pointermove"]) document.addEventListener(name, point);
