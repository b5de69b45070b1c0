// Loads a lab's pane when it comes into view: a lesson's own bytes are the same for every student.
const seen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target: lab } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(lab);
      fetch(lab.dataset.load, { headers: { "HX-Request": "true" } })
        .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
        .then((html) => lab.dispatchEvent(new CustomEvent("lab:html", { bubbles: true, detail: { html } })))
        .catch(() => lab.dispatchEvent(new Event("lab:lost", { bubbles: true })));
    }
  },
  { rootMargin: "400px" },
);
for (const lab of document.querySelectorAll("[data-load]")) seen.observe(lab);
