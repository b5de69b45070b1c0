// The contents show which section is being read: the last one that has begun above the middle of the window.
const sections = [...document.querySelectorAll(".sec[id]")];
const mark = () => {
  const now = sections.findLast((section) => section.getBoundingClientRect().top < innerHeight / 2)?.id;
  for (const link of document.querySelectorAll("[data-place]")) {
    if (now && link.hash === `#${now}`) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  }
};
if (sections.length) {
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  // The list comes anew with the student's progress.
  document.addEventListener("htmx:after:swap", soon);
  mark();
  document.querySelector(".toc--fold")?.addEventListener("click", (event) => {
    if (event.target.closest("a")) event.currentTarget.open = false;
  });
}
