// A student's notes on a lesson: their scripts are fetched once there are some, or are asked for, or words are selected.
const row = document.querySelector("[data-notes]");
const lesson = row && document.querySelector(".lesson__main");
if (lesson) {
  let begun;
  const begin = () => {
    begun ??= import("./lazy/notes.js");
    return begun.then(({ start }) => start(lesson, row.dataset.notes));
  };
  const shown = () => document.querySelector("#mynotes > *, .mynotes [data-note]") && begin().catch(() => {});
  document.addEventListener("mine", shown);
  shown();
  row.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    begin()
      .then(({ all }) => all())
      .catch(() => location.assign(row.href));
  });
  document.addEventListener("selectionchange", () => {
    const { anchorNode, isCollapsed } = getSelection();
    if (begun || isCollapsed || !anchorNode?.parentElement?.closest(".sec .prose, .sec .note")) return;
    begin()
      .then(({ tools }) => tools())
      .catch(() => {}); // Offline: the words can still be read.
  });
}
