// Inside a question, the letters beside its options choose them.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (event.target.closest("textarea, select, [contenteditable], input:not([type=radio])")) return;
  const options = event.target.closest(".quiz")?.querySelectorAll("[data-keys] .opt");
  const input = options?.[event.key.toUpperCase().charCodeAt(0) - 65]?.querySelector("input");
  if (!input) return;
  input.checked = true;
  input.focus();
});
