// The dialog of the search: finds as one types, chosen with the arrows. It is made when it is first opened.
let dialog;

function make(link) {
  dialog = document.createElement("dialog");
  dialog.className = "finder";
  dialog.setAttribute("aria-label", link.textContent.trim());
  dialog.innerHTML = `<form class="finder__form" role="search" action="/search"><input class="input" name="q"
    maxlength="200" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="search" role="combobox"
    aria-autocomplete="list" aria-expanded="false" aria-controls="finder-finds" data-finder><button class="btn
    btn--quiet" type="button" data-close><svg class="i" viewBox="0 0 16 16" aria-hidden="true"><path
    d="M3.5 3.5l9 9M12.5 3.5l-9 9"/></svg></button></form><p class="finds__said" role="status"></p><div class="finder__finds" role="group" tabindex="0" data-finder-finds></div>`;
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet" });
  style.href = "/static/css/pages/search.css";
  document.body.append(dialog);
  const field = dialog.querySelector("input");
  const finds = dialog.querySelector("[data-finder-finds]");
  field.ariaLabel = finds.ariaLabel = link.textContent.trim();
  const close = dialog.querySelector("[data-close]");
  close.ariaLabel = link.dataset.find;
  close.addEventListener("click", () => dialog.close());
  // Beside the dialog, and on a place of this same page, it is done.
  dialog.addEventListener("click", ({ target }) => (target === dialog || target.closest("a")) && dialog.close());
  const ready = Promise.all([
    import("./finds.js").then(({ follow }) => follow(field, dialog)),
    new Promise((done) => {
      style.onload = style.onerror = done;
      document.head.append(style);
    }),
  ]);
  return ready;
}

export async function start(link) {
  if (!dialog) await make(link);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input").select();
}
