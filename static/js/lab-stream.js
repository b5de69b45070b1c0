// Follows one live pane at a time by server-sent events: a browser allows about six connections to a site.
let source = null;
let followed = null;

// What a pane streams, whatever it has on show meanwhile.
const run = (pane) => pane.dataset.stream.split("?")[0];
const live = () => [...document.querySelectorAll("[data-stream]")];

function close() {
  source?.close();
  source = followed = null;
}

function follow() {
  const panes = live();
  if (panes.some((pane) => run(pane) === followed)) return;
  close();
  const next = panes.at(-1);
  if (!next) return;
  followed = run(next);
  source = new EventSource(next.dataset.stream);
  const put = (ended) => (event) => {
    const lab = live()
      .find((pane) => run(pane) === followed)
      ?.closest("[data-lab]");
    if (ended || !lab) close();
    const detail = { html: event.data, announce: ended };
    lab?.dispatchEvent(new CustomEvent("lab:html", { bubbles: true, detail }));
  };
  source.addEventListener("pane", put(false));
  source.addEventListener("end", put(true));
}

document.addEventListener("lab:swapped", follow);
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", follow);
