// Signing out sends what waits first, asks about what could not be sent, and leaves nothing of one's own behind.
import "../worker/waiting.js";
import "../worker/sending.js";
import { words } from "./words.js";

async function left() {
  if (!(await unsentAnswers.all()).length) return [];
  await Promise.race([unsentAnswers.flush(), new Promise((done) => setTimeout(done, 8000))]);
  return unsentAnswers.all();
}

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (form.getAttribute("action") !== "/sign-out" || "asked" in form.dataset) return;
  event.preventDefault();
  const unsent = await left().catch(() => []);
  if (unsent.length && !confirm((await words("ask-leave")).textContent.trim())) return;
  for (const { key } of unsent) await unsentAnswers.drop(key);
  for (const name of Object.keys(localStorage)) if (name.startsWith("receptive.")) localStorage.removeItem(name);
  form.dataset.asked = "";
  form.requestSubmit(submitter);
});
