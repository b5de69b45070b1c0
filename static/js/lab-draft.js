// Keeps a student's edits on this device, one draft a lab, and lets Reset be undone.
const key = (lab) => `receptive.lab.${lab.dataset.lab}`;

function store(lab, code, own) {
  try {
    if (code === own) localStorage.removeItem(key(lab));
    else localStorage.setItem(key(lab), code);
  } catch {
    // No storage, or none left: the edit lives as long as the page.
  }
}

function show(lab, field, code) {
  field.value = code;
  field.parentElement.classList.add("is-plain"); // The coloured lines behind it are of other code.
  lab.dispatchEvent(new CustomEvent("lab:code", { detail: code }));
  lab.toggleAttribute("data-edited", true);
}

function label(button, undo) {
  button.querySelector("span").textContent = undo === null ? inWords("Reset") : inWords("Undo reset");
}

function begin(field) {
  const lab = field.closest("[data-lab]");
  const button = lab.querySelector("[data-reset]");
  const own = field.dataset.own?.trimEnd() ?? field.defaultValue;
  let undo = null;
  try {
    // A page that shows a run of other code shows that code, and a lab that is being written its own.
    const kept = "own" in field.dataset || key(lab).includes("tried:") ? null : localStorage.getItem(key(lab));
    if (kept !== null && kept !== field.value) show(lab, field, kept);
  } catch {
    // No storage: the lesson's own code stands.
  }
  field.addEventListener("input", () => {
    undo = null;
    label(button, undo);
    store(lab, field.value, own);
    lab.toggleAttribute("data-edited", true);
  });
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const next = undo ?? own;
    const before = field.value;
    show(lab, field, next);
    undo = undo === null && before !== next ? before : null;
    label(button, undo);
    store(lab, next, own);
  });
}

const begun = new WeakSet();
const look = () => {
  for (const field of document.querySelectorAll("[data-lab] .lab__text"))
    if (!begun.has(field)) begun.add(field) && begin(field);
};
look();
document.addEventListener("pieces", look);
