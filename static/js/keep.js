// Opening a hint gives the question anew: what was chosen or typed, and not sent yet, is put back.
let kept = null;
document.addEventListener("htmx:before:swap", (event) => {
  const hint = event.detail.ctx.sourceElement;
  const quiz = hint?.matches?.("[data-keep]") && hint.closest(".quiz");
  const form = quiz?.querySelector?.("[data-attempt]");
  kept = form && { id: quiz.id, values: new FormData(form).getAll("answer") };
});
document.addEventListener("htmx:after:swap", () => {
  const quiz = kept && document.getElementById(kept.id);
  if (!quiz) return;
  quiz.querySelectorAll("[name=answer]").forEach((field, i) => {
    if (field.type === "radio" || field.type === "checkbox") field.checked = kept.values.includes(field.value);
    else field.value = kept.values[i] ?? "";
  });
  quiz.querySelector("put-in-order")?.read?.();
  const hint = quiz.querySelector(".hint:last-child");
  if (hint) {
    hint.tabIndex = -1;
    hint.focus();
  }
  kept = null;
});
