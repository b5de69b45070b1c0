// An 8×8 grid to draw on: a pointer draws a stroke; arrow keys move, space inks, + and − shade (the grid pattern of ARIA).
const SIDE = 8;
const INK = 16;
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export function grid(host, { pen, begin, change }) {
  let shades = new Array(SIDE * SIDE).fill(0);
  let stroke = null; // The shade that a pointer held down leaves.
  let begun = false; // One stroke, or one key, is undone as one.
  const cells = [];
  for (let row = 0; row < SIDE; row++) {
    const line = document.createElement("div");
    line.setAttribute("role", "row");
    for (let column = 0; column < SIDE; column++) {
      const cell = document.createElement("div");
      cell.setAttribute("role", "gridcell");
      cell.tabIndex = cells.length ? -1 : 0;
      cells.push(cell);
      line.append(cell);
    }
    host.append(line);
  }

  function show(next) {
    shades = [...next];
    for (const [place, cell] of cells.entries()) {
      cell.style.setProperty("--shade", shades[place]);
      const [row, column] = [Math.floor(place / SIDE) + 1, (place % SIDE) + 1];
      cell.setAttribute(
        "aria-label",
        inWords("Row %(row)s, column %(column)s: shade %(shade)s of %(ink)s", {
          row,
          column,
          shade: shades[place],
          ink: INK,
        }),
      );
    }
  }
  function ink(place, shade) {
    if (shades[place] === shade) return;
    if (!begun) begin();
    begun = true;
    shades[place] = shade;
    change(shades);
  }
  function turn(place) {
    for (const cell of cells) cell.tabIndex = -1;
    cells[place].tabIndex = 0;
    cells[place].focus({ preventScroll: true });
  }

  host.addEventListener("keydown", (event) => {
    const place = cells.indexOf(event.target);
    if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const [down, across] = STEPS[event.key] ?? [0, 0];
    const [row, column] = [Math.floor(place / SIDE) + down, (place % SIDE) + across];
    const shade = {
      " ": shades[place] === pen() ? 0 : pen(),
      Enter: shades[place] === pen() ? 0 : pen(),
      "+": Math.min(INK, shades[place] + 1),
      "-": Math.max(0, shades[place] - 1),
      Delete: 0,
      Backspace: 0,
    }[event.key];
    if (event.key === "Home") turn(place - (place % SIDE));
    else if (event.key === "End") turn(place - (place % SIDE) + SIDE - 1);
    else if (event.key in STEPS) {
      if (Math.min(row, column) >= 0 && Math.max(row, column) < SIDE) turn(row * SIDE + column);
    } else if (shade !== undefined) {
      begun = false;
      ink(place, shade);
    } else return;
    event.preventDefault();
  });
  host.addEventListener("pointerdown", (event) => {
    const place = cells.indexOf(event.target);
    if (place < 0 || event.button) return;
    event.preventDefault();
    turn(place);
    begun = false;
    stroke = shades[place] === pen() ? 0 : pen();
    host.setPointerCapture(event.pointerId);
    ink(place, stroke);
  });
  host.addEventListener("pointermove", ({ clientX, clientY }) => {
    const place = stroke === null ? -1 : cells.indexOf(document.elementFromPoint(clientX, clientY));
    if (place >= 0) ink(place, stroke);
  });
  const lift = () => {
    stroke = null;
  };
  host.addEventListener("pointerup", lift);
  host.addEventListener("pointercancel", lift);
  return { show };
}
