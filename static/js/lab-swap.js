// Puts what the server sent for a lab in its place: each element that has an id replaces the one of the same id, that
// of the lab itself where several have one.
document.addEventListener("lab:html", ({ target, detail }) => {
  const sent = document.createRange().createContextualFragment(detail.html);
  const focused = document.activeElement?.id;
  let found = false;
  for (const part of [...sent.children]) {
    const same = `#${CSS.escape(part.id)}`;
    const old = part.id && (target.querySelector(same) ?? document.querySelector(same));
    if (!old) continue;
    found = true;
    for (const open of old.querySelectorAll("details[open][id], input[id]:checked")) {
      const kept = part.querySelector(`#${CSS.escape(open.id)}`);
      if (kept?.matches("details")) kept.open = true;
      else if (kept) kept.checked = true;
    }
    old.replaceWith(part);
  }
  const notice = target.querySelector(".lab__notice");
  if (found) notice.replaceChildren();
  else notice.replaceChildren(sent);
  if (focused && document.activeElement === document.body) {
    (document.getElementById(focused) ?? target.querySelector("[data-run]"))?.focus(); // a chip that was chosen is no button
  }
  const say = target.querySelector("[data-ended]")?.dataset.ended;
  if (say && detail.announce) target.querySelector("[data-say]").textContent = say;
  target.dispatchEvent(new CustomEvent("lab:swapped", { bubbles: true }));
});
