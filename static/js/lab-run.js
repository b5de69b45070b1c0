// Where the pane lies below the code, as on a phone, what was asked for is brought into sight.
function reveal(lab) {
  const state = lab.querySelector(".lab__state");
  if (!state || state.getBoundingClientRect().bottom <= innerHeight) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  state.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
}

// Sends a lab's forms (run, predict, stop, run it fresh) without leaving the page.
async function send(lab, form, button) {
  const body = new FormData(form, button);
  lab.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(button?.getAttribute("formaction") ?? form.action, {
      method: "POST",
      body: new URLSearchParams(body),
      headers: { "HX-Request": "true" },
    });
    lab.dispatchEvent(
      new CustomEvent("lab:html", { bubbles: true, detail: { html: await answer.text(), announce: true } }),
    );
    if (form.matches(".lab__editor")) reveal(lab);
  } catch {
    const text = inWords("The server cannot be reached. Your code is kept; try again when you are back online.");
    lab.querySelector(".lab__notice").textContent = text;
  } finally {
    lab.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-lab-form]");
  const lab = form?.closest("[data-lab]");
  if (!lab || event.submitter?.formMethod === "get") return;
  event.preventDefault();
  if (lab.hasAttribute("aria-busy")) return;
  if (form.matches(".lab__editor")) delete lab.dataset.edited;
  send(lab, form, event.submitter);
});

// Another experiment's tab: show it of the code as it stands.
document.addEventListener("change", ({ target }) => {
  if (target.matches(".lab__tabs input")) target.form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".lab__editor, .design")?.closest("form");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});
