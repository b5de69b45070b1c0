// Follows one live pane at a time by server-sent events: a browser allows about six connections to a site.
let source = null;
let followed = null;
let tries = 0;
let again = 0;

// Seconds before a line that the server refused is asked for again; after the last it is given up.
const PAUSES = [1, 2, 4, 8, 15, 30, 30, 30];
const broken = () => inWords("The line to the lab is broken; it is tried again. What is shown may be out of date.");
const givenUp = () =>
  inWords("The line to the lab is broken, and what is shown may be out of date. Reload the page to see more.");

// What a pane streams, whatever it has on show meanwhile.
const run = (pane) => pane.dataset.stream.split("?")[0];
const live = () => [...document.querySelectorAll("[data-stream]")];
const lab = () =>
  live()
    .find((pane) => run(pane) === followed)
    ?.closest("[data-lab]");

function close() {
  clearTimeout(again);
  source?.close();
  source = followed = null;
}

function say(text) {
  const at = lab();
  const notice = at?.querySelector(".lab__notice");
  if (!notice || notice.textContent === text) return;
  notice.textContent = text;
  if (text) at.querySelector("[data-say]").textContent = text;
}

// A browser asks again by itself where the line breaks, but not where it is refused, as by a proxy without its server.
function lost() {
  const refused = source.readyState === EventSource.CLOSED;
  const pause = PAUSES[tries];
  say(refused && pause === undefined ? givenUp() : broken());
  if (!refused || pause === undefined) return;
  tries += 1;
  again = setTimeout(open, 1000 * pause);
}

function open() {
  const pane = live().find((one) => run(one) === followed);
  if (!pane) return;
  source?.close();
  source = new EventSource(pane.dataset.stream);
  const put = (ended) => (event) => {
    const at = lab();
    if (ended || !at) close();
    const detail = { html: event.data, announce: ended };
    at?.dispatchEvent(new CustomEvent("lab:html", { bubbles: true, detail }));
  };
  source.addEventListener("pane", put(false));
  source.addEventListener("end", put(true));
  source.addEventListener("error", lost);
  source.addEventListener("open", () => {
    tries = 0;
    say("");
  });
}

function follow() {
  const panes = live();
  if (panes.some((pane) => run(pane) === followed)) return;
  close();
  const next = panes.at(-1);
  if (!next) return;
  followed = run(next);
  tries = 0;
  open();
}

document.addEventListener("lab:swapped", follow);
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", follow);
