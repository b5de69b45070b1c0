// htmx is fetched when a student first turns to something that it serves. Until then a page is links and forms.
let ready;
const load = () =>
  (ready ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = "../vendor/htmx/htmx.min.js";
    script.onload = () => setTimeout(done); // after its own start
    script.onerror = failed;
    document.head.append(script);
  }));

for (const kind of ["pointerover", "touchstart", "focusin"]) {
  document.addEventListener(kind, (event) => event.target.closest?.("[hx-get], [hx-post]") && load(), {
    passive: true,
  });
}

// What is done before htmx is there is held, and done once it is; where it cannot be had, the page does it alone.
const hold = (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
};

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a[hx-get]");
    if (window.htmx || !link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    hold(event);
    load().then(
      () => link.click(),
      () => location.assign(link.href),
    );
  },
  true,
);

document.addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    if (window.htmx || !form.matches("[hx-post]")) return;
    hold(event);
    const plainly = () => {
      const { name, value } = submitter ?? {};
      if (name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      form.submit();
    };
    load().then(() => form.requestSubmit(submitter), plainly);
  },
  true,
);
