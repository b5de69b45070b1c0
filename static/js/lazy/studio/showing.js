// On a narrow window text and preview take turns: goes to the one that something is to be seen in.
import { head } from "./room.js";

export function showing(desk) {
  const [write, preview] = ["write", "preview"].map((name) => desk.root.querySelector(`#show-${name}`));
  desk.on("shown", (name) => {
    (name === "write" ? write : preview).checked = true;
  });
  const go = () => {
    const place = /^#L(\d+)(?::(\d+))?$/.exec(location.hash);
    if (place) desk.say("go", { line: Number(place[1]), column: Number(place[2] ?? 1) });
    else {
      desk.view.dispatch({ selection: { anchor: head(desk.text()) } });
      if (matchMedia("(width > 48rem)").matches) desk.view.focus();
    }
  };
  addEventListener("hashchange", go);
  desk.on("ready", go);
}
