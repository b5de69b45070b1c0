// A network chosen from the zoo is loaded at once; without a script its button does it.
for (const form of document.querySelectorAll("[data-zoo]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
