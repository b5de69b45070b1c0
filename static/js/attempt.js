// Sends an answer once: a key names each attempt, and stays with it until the server has answered. So a double click
// or a retry after a lost connection is the same attempt. What could not be sent says so and can be sent again.
const fresh = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
const sending = new WeakMap(); // form -> {what, key, by}
let told = null; // the question whose answer is on its way

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.matches("[data-attempt]")) return;
    form.querySelector("[name=attempt_key]")?.remove();
    const what = new URLSearchParams(new FormData(form, event.submitter)).toString();
    const last = sending.get(form);
    const key = last?.what === what ? last.key : fresh();
    sending.set(form, { what, key, by: event.submitter });
    form.insertAdjacentHTML("afterbegin", `<input type="hidden" name="attempt_key" value="${key}">`);
    form.querySelector(".quiz__unsent")?.remove();
    told = form.closest(".quiz").id;
  },
  true,
);

const unsent = (event) => {
  const form = event.detail.ctx?.sourceElement;
  const status = event.detail.ctx?.response?.status;
  if (!form?.matches?.("[data-attempt]") || (status && status < 500 && status !== 429)) return;
  told = null;
  const note = document.createElement("div");
  note.className = "quiz__unsent";
  note.role = "alert";
  note.innerHTML = `<span>${inWords("Not sent yet. Your answer is kept.")}</span> <button class="btn btn--quiet btn--sm" type="button" data-resend>${inWords("Try again")}</button>`;
  form.querySelector(".quiz__unsent")?.remove();
  form.append(note);
  const { what, key } = sending.get(form);
  const body = `${what}&attempt_key=${key}`;
  form.dispatchEvent(new CustomEvent("unsent", { bubbles: true, detail: { key, body } }));
};
document.addEventListener("htmx:error", unsent);
document.addEventListener("htmx:response:error", unsent);

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-resend]")?.form;
  if (form) form.requestSubmit(sending.get(form)?.by ?? null);
});

// What is said of the answer is where a keyboard or a screen reader goes on.
document.addEventListener("htmx:after:swap", () => {
  const said = told && document.querySelector(`#${CSS.escape(told)} :is([data-said], [role=alert])`);
  if (!said) return;
  told = null;
  if (!said.hasAttribute("tabindex")) said.tabIndex = -1;
  said.focus({ preventScroll: true });
  said.scrollIntoView({ block: "nearest" });
});
