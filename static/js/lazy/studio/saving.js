// Saves the draft by itself at a pause, and has it looked at on the way. One request at a time.
import { pause, put } from "./sending.js";

export function saving(desk) {
  let version = Number(desk.version);
  let saved = desk.text();
  let [flying, held, misses, waiting] = [false, false, 0, 0];
  desk.unsaved = () => desk.text() !== saved;

  const later = (wait = pause(misses)) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => desk.save(), wait);
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
    if (desk.unsaved()) desk.say("state", { name: "saving" });
    const { kind, said } = await put(desk.draft, { text, version, look: true, have: desk.have() }, leaving);
    flying = false;
    misses = kind === "missed" ? misses + 1 : 0;
    if (kind === "saved") {
      const before = saved;
      [version, saved] = [said.version, text];
      if (text !== before) agreed(said.saved);
      desk.say("looked", said);
      if (desk.unsaved()) later();
    } else if (kind === "missed") {
      desk.say("state", { name: "offline" });
      later();
    } else if (kind === "newer" && (said.text ?? "") === saved) {
      version = said.version; // Nothing was changed elsewhere.
      later(0);
    } else {
      held = kind; // until a choice, or the next key
      if (kind === "newer") desk.say("newer", { ...said, text: said.text ?? "", mine: text !== saved });
      else desk.say("state", { name: "refused", detail: said.detail });
    }
  };

  desk.on("typed", () => {
    if (held === "refused") held = false;
    if (!held && desk.unsaved()) desk.say("state", { name: misses ? "offline" : "unsaved" });
    later();
  });
  desk.on("chosen", (theirs) => {
    [version, saved, held] = [theirs.version, theirs.text, false];
    if (desk.unsaved()) later(0);
    else agreed();
  });
  if (saved) desk.on("ready", () => desk.save({ look: true }));
  addEventListener("online", () => later(0));
}
