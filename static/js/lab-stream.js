// Follows one live pane at a time by server-sent events: a browser allows about six connections to a site.
let source = null;
let followed = null;

function close() {
  source?.close();
  source = followed = null;
}

function follow() {
  const live = [...document.querySelectorAll("[data-stream]")];
  const next = live.find((pane) => pane.dataset.stream === followed) ?? live.at(-1);
  if (!next) return close();
  if (next.dataset.stream === followed) return;
  close();
  followed = next.dataset.stream;
  source = new EventSource(followed);
  const put = (announce) => (event) => {
    const pane = document.querySelector(`[data-stream="${CSS.escape(followed)}"]`);
    const lab = pane?.closest("[data-lab]");
    if (!lab) return close();
    if (announce) close();
    lab.dispatchEvent(new CustomEvent("lab:html", { bubbles: true, detail: { html: event.data, announce } }));
  };
  source.addEventListener("pane", put(false));
  source.addEventListener("end", put(true));
}

document.addEventListener("lab:swapped", follow);
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", follow);
