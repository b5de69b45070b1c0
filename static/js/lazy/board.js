// A race is drawn before it runs: five sliders a net are its points. This draws the lines between them, and says each
// as a loss.
const sets = (board) => [...board.querySelectorAll("[data-set]")];
const points = (set) => [...set.querySelectorAll("input")];
const said = (level) => String(Number((10 ** level).toPrecision(2)));

function line(set, [left, right, top, bottom]) {
  const inputs = points(set);
  const place = ({ value, min, max }, i) => [
    left + ((right - left) * i) / (inputs.length - 1),
    bottom - ((bottom - top) * (value - min)) / (max - min),
  ];
  return `M${inputs.map((input, i) => place(input, i).join(" ")).join("L")}`;
}

function draw(board) {
  board.dataset.live = "";
  for (const chart of board.querySelectorAll("[data-frame]")) {
    const frame = chart.dataset.frame.split(" ").map(Number);
    for (const [i, set] of sets(board).entries()) {
      for (const path of chart.querySelectorAll(`[data-of="${i}"]`)) path.setAttribute("d", line(set, frame));
    }
  }
  for (const input of board.querySelectorAll("[data-set] input")) {
    input.setAttribute("aria-valuetext", said(input.value));
  }
}

document.addEventListener("input", ({ target }) => {
  const board = target.closest?.("[data-board]");
  if (!board || target.type !== "range") return;
  draw(board);
  const net = board.querySelector("[name=net]:checked").value;
  board.querySelector("[data-says]").textContent = inWords("%(net)s at step %(step)s: %(loss)s", {
    net,
    step: target.dataset.step,
    loss: said(target.value),
  });
});

const all = () => document.querySelectorAll("[data-board]").forEach(draw);
document.addEventListener("lab:swapped", all);
all();
