// Pictures by button, paste or drop: sent while their description is written, put in once both are there.
import { put } from "./snippets.js";
import { upload } from "./uploading.js";

const picture = (files) => [...(files ?? [])].find((file) => file.type.startsWith("image/"));

export function pictures(desk) {
  const box = desk.part("picture");
  const form = box.querySelector("form");
  const part = (name) => box.querySelector(`[data-is=${name}]`);
  const [bar, error, seen, alt] = ["progress", "error", "seen", "alt"].map(part);
  let sent = null;

  function take(file) {
    form.reset();
    error.textContent = "";
    part("name").textContent = file.name;
    box.showModal();
    alt.focus();
    const reader = new FileReader();
    reader.onload = () => (seen.src = reader.result); // data:, which the security policy allows
    reader.readAsDataURL(file);
    bar.value = 0;
    sent = upload(desk.media, file, (share) => (bar.value = share));
    sent.catch(({ message }) => (error.textContent = message));
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const description = alt.value.trim().replace(/[[\]]/g, "\\$&").replace(/\s+/g, " ");
    if (!description) return alt.focus();
    const made = await sent.catch(() => null);
    if (!made || !box.open) return;
    put(desk, { text: `![${description}](${made.name})`.replace(/[{}]/g, "\\$&"), inline: true });
    desk.say("pictured");
    box.close();
  });
  box.addEventListener("click", ({ target }) => target.closest("[value=close]") && box.close());
  box.addEventListener("close", () => desk.view.focus());

  const choose = desk.part("file");
  desk.part("picture-button").addEventListener("click", () => choose.click());
  choose.addEventListener("change", () => {
    if (choose.files[0]) take(choose.files[0]);
    choose.value = "";
  });
  const caught = (event, files) => {
    const file = picture(files);
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.type === "drop") desk.view.dispatch({ selection: { anchor: desk.view.posAtCoords(event, false) } });
    take(file);
  };
  const at = desk.view.dom;
  at.addEventListener("paste", (event) => caught(event, event.clipboardData?.files), true);
  at.addEventListener("drop", (event) => caught(event, event.dataTransfer?.files), true);
}
