// Turns a lab's text area into the code editor when the student first turns to it.
const editors = new WeakMap();

function open(lab) {
  const field = lab.querySelector(".lab__text");
  if (!field || editors.has(lab)) return editors.get(lab);
  const loading = import("./lazy/editor.js").then(({ edit }) => {
    const box = field.parentElement;
    const host = document.createElement("div");
    host.className = "lab__cm";
    box.append(host);
    const at = field.selectionStart;
    const had = document.activeElement === field;
    const editor = edit(field, host, () => {
      field.form.requestSubmit();
      return true;
    });
    box.classList.add("has-editor");
    if (had) editor.go(field.value.slice(0, at).split("\n").length);
    lab.addEventListener("lab:light", ({ detail }) => editor.light(detail));
    lab.addEventListener("lab:code", ({ detail }) => editor.show(detail));
    return editor;
  });
  loading.catch(() => editors.delete(lab)); // Offline: the text area goes on working.
  editors.set(lab, loading);
  return loading;
}

document.addEventListener("focusin", ({ target }) => {
  if (target.matches(".lab__text")) open(target.closest("[data-lab]"));
});

// What is typed before the editor is there shows in the text area itself.
document.addEventListener("input", ({ target }) => {
  if (target.matches(".lab__text")) target.parentElement.classList.add("is-plain");
});

document.addEventListener("lab:go", async ({ target, detail }) => (await open(target))?.go(detail));
