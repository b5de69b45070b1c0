// The studio's editor, put together: what is typed stays the form's text area's, and each behaviour stands in a file.
import { completing } from "./completing.js";
import { conflict } from "./conflict.js";
import { edit } from "./editor.js";
import { inserting } from "./inserting.js";
import { keeping } from "./keeping.js";
import { leaving } from "./leaving.js";
import { marking } from "./marking.js";
import { pictures } from "./pictures.js";
import { preview } from "./preview.js";
import { problems } from "./problems.js";
import { saving } from "./saving.js";
import { scrolling } from "./scrolling.js";
import { showing } from "./showing.js";
import { state } from "./state.js";
import { words } from "./words.js";

const root = document.querySelector("[data-write]");
const desk = {
  root,
  field: root.querySelector("textarea[name=text]"),
  part: (name) => root.querySelector(`[data-part=${name}]`),
  ...root.dataset,
  say: (type, detail) => root.dispatchEvent(new CustomEvent(`write:${type}`, { detail })),
  on: (type, act) => root.addEventListener(`write:${type}`, ({ detail }) => act(detail)),
};
desk.words = words(desk);
desk.view = edit(desk, [completing(desk), marking(desk)]);
desk.text = () => desk.view.state.doc.toString();
desk.put = (text) => {
  const { doc } = desk.view.state;
  if (doc.toString() !== text) desk.view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
};
for (const begin of [
  ...[state, saving, keeping, leaving, conflict],
  ...[problems, preview, scrolling, showing, inserting, pictures],
])
  begin(desk);
root.classList.add("is-live");
desk.say("ready");
