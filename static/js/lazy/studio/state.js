// Says in words whether the draft is saved; aloud only what is not the usual course of things.
const said = {
  saved: ({ at }) =>
    at
      ? inWords("Saved %(at)s", { at: new Date(at).toLocaleTimeString(document.documentElement.lang) })
      : inWords("Saved"),
  unsaved: () => inWords("Unsaved"),
  saving: () => inWords("Saving…"),
  offline: () => inWords("Offline: your text is kept in this browser and saved once the server can be reached."),
  elsewhere: () => inWords("Changed elsewhere: choose below which text goes on."),
  refused: ({ detail }) => inWords("Not saved: %(detail)s Your text is kept in this browser.", { detail }),
};
const ALOUD = ["offline", "elsewhere", "refused"];

export function state(desk) {
  const line = desk.part("state");
  const aloud = desk.part("aloud");
  let calm = true;
  desk.on("state", (now) => {
    if (now.name === "saving" && !calm) return; // a try in between
    line.dataset.state = now.name;
    line.lastElementChild.textContent = said[now.name](now);
    const odd = ALOUD.includes(now.name);
    if (odd !== !calm || now.name === "elsewhere") aloud.textContent = line.lastElementChild.textContent;
    if (odd || now.name === "saved") calm = !odd;
  });
  desk.on("saved", () => {
    document.querySelector("#discard").hidden = false;
  });
  desk.on("looked", ({ words, behind }) => {
    document.querySelector("#behind").hidden = !behind;
    const minutes = Math.max(1, Math.round(words / 200));
    desk.part("length").textContent = inWords("%(words)s words, about %(minutes)s min", { words, minutes });
  });
}
