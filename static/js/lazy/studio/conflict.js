// A choice between two texts: theirs, mine, or what is made of both by hand on the right.
import { sides } from "./sides.js";

export function conflict(desk) {
  const template = desk.part("choice");
  function open(left, words, chosen) {
    const mine = desk.text();
    const box = template.content.firstElementChild.cloneNode(true);
    box.querySelector("[data-say]").textContent = words;
    const host = box.querySelector("[data-sides]");
    desk.part("body").before(box);
    const merge = sides(desk, host, left, mine);
    desk.root.classList.add("is-choosing");
    box.focus();
    box.addEventListener("click", ({ target }) => {
      const choice = target.closest("button[value]")?.value;
      if (!choice) return;
      desk.root.classList.remove("is-choosing");
      desk.put({ mine, theirs: left, hand: merge.b.state.doc.toString() }[choice]);
      merge.destroy();
      box.remove();
      desk.view.focus();
      chosen?.();
    });
  }
  desk.on("newer", (theirs) => {
    if (!theirs.mine) {
      desk.put(theirs.text); // Nothing was changed here: theirs goes on.
      return desk.say("chosen", theirs);
    }
    desk.say("state", { name: "elsewhere" });
    open(theirs.text, inWords("This file was changed elsewhere meanwhile. Nothing is lost: choose what goes on."), () =>
      desk.say("chosen", theirs),
    );
  });
  desk.on("compare", ({ text }) => {
    open(text, inWords("On the left what this browser kept, on the right what the server has."));
  });
}
