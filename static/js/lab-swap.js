// Puts what the server sent for a lab in its place: each element that has an id replaces the one of the same id.
document.addEventListener("lab:html", ({ target, detail }) => {
  const sent = document.createRange().createContextualFragment(detail.html);
  const focused = document.activeElement?.id;
  let found = false;
  for (const part of [...sent.children]) {
    const old = part.id && document.getElementById(part.id);
    if (!old) continue;
    found = true;
    for (const open of old.querySelectorAll("details[open][id], input[id]:checked")) {
      const same = part.querySelector(`#${CSS.escape(open.id)}`);
      if (same?.matches("details")) same.open = true;
      else if (same) same.checked = true;
    }
    old.replaceWith(part);
  }
  const notice = target.querySelector(".lab__notice");
  if (found) notice.replaceChildren();
  else notice.replaceChildren(sent);
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  const say = target.querySelector("[data-ended]")?.dataset.ended;
  if (say && detail.announce) target.querySelector("[data-say]").textContent = say;
  target.dispatchEvent(new CustomEvent("lab:swapped", { bubbles: true }));
});
