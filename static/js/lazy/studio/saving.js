// Saves the draft by itself at a pause, and has it looked at on the way. One request at a time.
import { put } from "./sending.js";

const PAUSE = 80;
const LONGEST = 30_000;

export function saving(desk) {
  let version = Number(desk.version);
  let saved = desk.text();
  let [flying, held, misses, waiting] = [false, false, 0, 0];
  desk.unsaved = () => desk.text() !== saved;

  const later = (pause) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => desk.save(), pause);
  };
  const agreed = (at) => {
    desk.say("saved", saved);
    desk.say("state", { name: desk.unsaved() ? "unsaved" : "saved", at });
  };

  desk.save = async ({ leaving = false, look = false } = {}) => {
    const text = desk.text();
    if (held || flying || (text === saved && !look)) return;
    clearTimeout(waiting);
    flying = true;
    if (text !== saved) desk.say("state", { name: "saving" });
    const { kind, said } = await put(desk.draft, { text, version, look: true, have: desk.have() }, leaving);
    flying = false;
    misses = kind === "missed" ? misses + 1 : 0;
    if (kind === "saved") {
      const changed = text !== saved;
      [version, saved] = [said.version, text];
      if (changed) agreed(said.saved);
      desk.say("looked", said);
      if (desk.unsaved()) later(PAUSE);
    } else if (kind === "missed") {
      desk.say("state", { name: "offline" });
      later(Math.min(LONGEST, 1000 * 2 ** misses));
    } else {
      held = kind; // until a choice, or the next key
      if (kind === "newer") desk.say("newer", { ...said, text: said.text ?? "", mine: text !== saved });
      else desk.say("state", { name: "refused", detail: said.detail });
    }
  };

  desk.on("typed", () => {
    if (held === "refused") held = false;
    if (!held && desk.unsaved()) desk.say("state", { name: misses ? "offline" : "unsaved" });
    later(misses ? Math.min(LONGEST, 1000 * 2 ** misses) : PAUSE);
  });
  desk.on("chosen", (theirs) => {
    [version, saved, held] = [theirs.version, theirs.text, false];
    if (desk.unsaved()) later(0);
    else agreed();
  });
  desk.on("ready", () => desk.save({ look: true }));
  addEventListener("online", () => later(0));
}
