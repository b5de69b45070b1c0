// A picture of 8×8 shades: drawn, begun from a digit, or made of a file. The text area is the one truth, and what is sent.
import { shadesOf } from "./picture-file.js";
import { grid } from "./picture-grid.js";

const SHADES = "0123456789abcdefg";
const BLANK = new Array(64).fill(0);

function read(text) {
  const letters = text.replace(/\s/g, "").toLowerCase();
  return /^[0-9a-g]{64}$/.test(letters) ? Array.from(letters, (letter) => SHADES.indexOf(letter)) : null;
}

function write(shades) {
  if (!shades.some(Boolean)) return ""; // Nothing drawn: a digit is shown.
  return shades.map((shade, place) => SHADES[shade] + (place % 8 === 7 && place < 63 ? "\n" : "")).join("");
}

export function start(box) {
  const field = box.querySelector("textarea");
  const said = box.querySelector("[data-said]");
  const undo = box.querySelector("[data-do=undo]");
  const file = box.querySelector("[data-file]");
  const from = box.querySelector("[data-from]");
  const cut = box.querySelector("[data-do=cut]");
  const past = [];
  let last = null; // The file that was chosen last.
  let told = "";

  const cells = grid(box.querySelector("[data-grid]"), {
    pen: () => Number(box.querySelector("[name=pen]:checked").value),
    begin: remember,
    change: (shades) => put(write(shades), ""),
  });

  function remember() {
    past.push(field.value);
    undo.disabled = false;
  }
  function show() {
    const shades = read(field.value);
    cells.show(shades ?? BLANK);
    const typed = field.value.trim() !== "";
    const state = shades
      ? inWords("It is shown to the net in place of the digit.")
      : inWords("The digit chosen above is shown to the net.");
    said.textContent = `${told} ${typed && !shades ? inWords("This text is no picture yet.") : state}`.trim();
  }
  function put(text, words) {
    field.value = text;
    told = words;
    show();
  }

  async function make(tight) {
    if (!last) return;
    try {
      const made = await shadesOf(last, tight);
      remember();
      put(write(made.shades), made.words);
    } catch (problem) {
      cut.disabled = true;
      told = problem.message;
      show();
    }
  }

  const acts = {
    cut: () => make(true),
    undo: () => {
      put(past.pop() ?? "", inWords("Undone."));
      undo.disabled = !past.length;
    },
    clear: () => {
      remember();
      put("", inWords("Cleared."));
    },
    invert: () => {
      remember();
      put(write((read(field.value) ?? BLANK).map((shade) => 16 - shade)), inWords("Inverted."));
    },
  };
  for (const button of box.querySelectorAll("[data-do]")) button.addEventListener("click", acts[button.dataset.do]);
  from.addEventListener("change", () => {
    if (!from.value) return;
    remember();
    put(write(read(from.value)), inWords("Begun with %(what)s.", { what: from.selectedOptions[0].text }));
  });
  file.addEventListener("change", () => {
    [last = null] = file.files;
    cut.disabled = !last;
    make(false);
    file.value = ""; // The same file can be chosen again.
  });
  field.addEventListener("input", () => {
    told = "";
    show();
  });

  box.querySelector("[data-draw]").hidden = false;
  box.querySelector("[data-typed]").open = false;
  show();
}
