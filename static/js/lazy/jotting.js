// Keeps what was selected, alone or with words of one's own, and shows it where it stands.
import { place } from "./placing.js";

export function jotter(main, url, dialog, status) {
  const field = dialog.querySelector("textarea");
  const trouble = dialog.querySelector("[role=alert]");
  let picked = null;
  let kept = () => {};

  async function send(body) {
    const { range, ...fields } = picked;
    const answer = await fetch(url, {
      method: "POST",
      headers: { "HX-Request": "true" },
      body: new URLSearchParams({ ...fields, body }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const box = document.createRange().createContextualFragment(await answer.text()).firstElementChild;
    getSelection().removeAllRanges();
    place(main, [box]);
    status.textContent = status.dataset.done;
    dialog.close();
    field.value = "";
    kept(fields.key);
  }
  function jot() {
    dialog.querySelector("blockquote").textContent = picked.quote;
    trouble.hidden = true;
    dialog.showModal();
    field.focus();
  }
  function failed() {
    if (!dialog.open) jot();
    trouble.hidden = false;
  }

  dialog.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    send(field.value).catch(failed);
  });
  /** What is selected now, and what to do once it is kept. */
  const take = (found, then) => {
    picked = found;
    kept = then;
  };
  return { take, highlight: () => send("").catch(failed), jot };
}
