// A term says what it means on hover and focus. The words stand in the lesson's own glossary; the link leads there
// where the page has it, and to the course's glossary elsewhere.
const card = document.createElement("div");
card.className = "meaning";
card.id = "meaning";
card.role = "tooltip";
card.hidden = true;

const hide = () => {
  document.querySelector("[aria-describedby=meaning]")?.removeAttribute("aria-describedby");
  card.hidden = true;
};
const show = (term) => {
  const text = document.getElementById(`term-${term.dataset.term}`)?.querySelector(".gloss__text")?.textContent;
  if (!text || term.closest(".gloss")) return;
  card.textContent = text.trim();
  if (!card.isConnected) document.body.append(card);
  card.hidden = false;
  const at = term.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 8));
  const above = at.top > card.offsetHeight + 16;
  card.style.left = `${left + scrollX}px`;
  card.style.top = `${(above ? at.top - card.offsetHeight : at.bottom) + scrollY}px`;
  term.setAttribute("aria-describedby", "meaning");
};
for (const kind of ["mouseover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const term = event.target.closest?.("[data-term]");
    if (term) show(term);
    else if (kind === "focusin" || !event.target.closest?.(".meaning")) hide();
  });
}
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
document.addEventListener("click", (event) => {
  const term = event.target.closest?.("[data-term]");
  if (term && document.getElementById(`term-${term.dataset.term}`)) {
    event.preventDefault();
    location.hash = `term-${term.dataset.term}`;
  }
});
