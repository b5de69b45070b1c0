// htmx is fetched when a student first turns to something that it serves. Until then a page is links and forms, and a
// form that is sent before htmx is there waits for it.
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

document.addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    if (window.htmx || !form.matches("[hx-post]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const plainly = () => {
      if (submitter?.name)
        form.append(
          Object.assign(document.createElement("input"), {
            type: "hidden",
            name: submitter.name,
            value: submitter.value,
          }),
        );
      form.submit();
    };
    load().then(() => form.requestSubmit(submitter), plainly);
  },
  true,
);
