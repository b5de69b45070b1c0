// Keeps in this browser, for this account alone, what the server does not have yet, and offers it when one is back.
import { store } from "./store.js";

export function keeping(desk) {
  const kept = store(`receptive.studio.${desk.account}.${desk.course}.${desk.file}`);
  const box = desk.part("kept");
  const here = kept.read();
  // What is typed beside an offer does not take its place.
  const offers = [here, here?.earlier].find((one) => one && one.text !== desk.text());
  let open = Boolean(offers);

  const keep = () => {
    const now = { text: desk.text(), at: Date.now() };
    if (open) kept.write({ ...now, earlier: offers });
    else if (desk.unsaved()) kept.write(now);
    else kept.drop();
  };
  if (open) {
    box.querySelector("[data-when]").textContent = new Date(offers.at).toLocaleString(document.documentElement.lang);
    box.hidden = false;
  } else kept.drop();

  box.addEventListener("click", ({ target }) => {
    const choice = target.closest("button")?.value;
    if (!choice) return;
    open = false;
    box.hidden = true;
    if (choice === "back") desk.put(offers.text);
    if (choice === "both") desk.say("compare", offers);
    else desk.view.focus();
    keep();
  });

  let timer = 0;
  desk.on("typed", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 100);
  });
  desk.on("saved", keep);
  addEventListener("pagehide", keep);
}
