// Loads a lab's pane when it comes into view, and the styles of results with the first: a lesson's own bytes are the
// same for every student.
let styled;
const style = (href) =>
  new Promise((done) => {
    const sheet = { rel: "stylesheet", href, onload: done, onerror: done };
    document.head.append(Object.assign(document.createElement("link"), sheet));
  });
const asked = async (url) => {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  return answer.ok ? answer.text() : Promise.reject(answer.status);
};
const seen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target: lab } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(lab);
      const place = lab.closest("[data-results]");
      if (place) styled ??= style(place.dataset.results);
      Promise.all([asked(lab.dataset.load), styled])
        .then(([html]) => lab.dispatchEvent(new CustomEvent("lab:html", { bubbles: true, detail: { html } })))
        .catch(() => lab.dispatchEvent(new Event("lab:lost", { bubbles: true })));
    }
  },
  { rootMargin: "400px" },
);
const asks = new WeakSet();
const look = () => {
  for (const lab of document.querySelectorAll("[data-load]")) {
    if (!asks.has(lab)) seen.observe(lab);
    asks.add(lab);
  }
};
look();
document.addEventListener("pieces", look); // of a lesson that is being written
