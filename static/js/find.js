// The search opens over the page: by ⌘K or Ctrl-K, by / where nothing is being typed, by the masthead's link.
const find = document.querySelector("[data-find]");
const open = (event) => {
  event.preventDefault();
  const field = document.querySelector("[data-q]");
  if (field) field.select();
  else import("./lazy/find.js").then(({ start }) => start(find)).catch(() => location.assign(find.href));
};
find.addEventListener("click", (event) => event.ctrlKey || event.metaKey || event.shiftKey || open(event));
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.shiftKey || event.repeat || event.defaultPrevented) return;
  // On a Mac, Ctrl-K in a field deletes to the end of its line.
  const command = /Mac|iP/.test(navigator.platform) ? event.metaKey : event.ctrlKey;
  const [typed] = event.composedPath(); // also in a code editor, which keeps to itself
  const plain = !event.ctrlKey && !event.metaKey && !typed.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "k" && command) open(event);
  else if (event.key === "/" && plain && localStorage.slash !== "off") open(event);
});
