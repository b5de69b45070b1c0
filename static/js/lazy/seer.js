// What one unit sees: sliders choose a layer and a unit of it, whose field is drawn over the picture.
const numbers = (text) => text.split(" ").map(Number);
const within = (value, least, most) => Math.min(Math.max(value, least), most);

function parts(seer) {
  const layers = [...seer.querySelectorAll("[data-layer]")];
  const [depth, row, column] = ["depth", "row", "column"].map((name) => seer.querySelector(`input[name=${name}]`));
  const layer = layers[depth ? depth.value : 0];
  const of = Object.fromEntries(
    ["size", "jump", "start", "grid", "unit"].map((name) => [name, numbers(layer.dataset[name])]),
  );
  return { layers, layer, depth, sides: [row, column], of, image: seer.querySelector(".seer__image > svg") };
}

function turn(seer) {
  const { layers, layer, depth, sides, of } = parts(seer);
  const overs = seer.querySelectorAll("[data-over]");
  layers.forEach((one, i) => {
    one.hidden = one !== layer;
    overs[i].toggleAttribute("hidden", one !== layer);
  });
  depth.setAttribute("aria-valuetext", layer.dataset.layer);
  seer.querySelector(".seer__depth output").textContent = layer.dataset.layer;
  sides.forEach((side, axis) => {
    side.max = of.grid[axis] - 1;
    side.value = of.unit[axis];
  });
}

function look(seer) {
  const { sides, of, image } = parts(seer);
  const bounds = [image.viewBox.baseVal.height, image.viewBox.baseVal.width];
  const ends = sides.map((side, axis) => {
    const from = of.start[axis] + side.value * of.jump[axis];
    return [Math.floor(from), Math.ceil(from + of.size[axis])].map((at) => within(at, 0, bounds[axis]));
  });
  const [high, wide] = ends.map(([from, to]) => to - from);
  const yours = seer.querySelector("[data-yours]");
  const box = { x: ends[1][0], y: ends[0][0], width: wide, height: high };
  for (const [name, value] of Object.entries(box)) yours.setAttribute(name, value);
  const middle = sides.every((side, axis) => Number(side.value) === of.unit[axis]);
  yours.toggleAttribute("hidden", middle);
  seer.classList.toggle("is-yours", !middle);
  const full = high === of.size[0] && wide === of.size[1];
  const values = {
    row: sides[0].value,
    column: sides[1].value,
    units: of.grid.join("×"),
    pixels: `${high}×${wide}`,
    whole: of.size.join("×"),
  };
  seer.querySelector("[data-said]").textContent = full
    ? inWords("Row %(row)s, column %(column)s of %(units)s units sees %(pixels)s pixels.", values)
    : inWords(
        "Row %(row)s, column %(column)s of %(units)s units sees %(pixels)s pixels, cut off by the border from %(whole)s.",
        values,
      );
}

document.addEventListener("input", ({ target }) => {
  const seer = target.closest?.("[data-seer]");
  if (!seer) return;
  if (target.name === "depth") turn(seer);
  look(seer);
});
