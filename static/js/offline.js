// Reading without network: what it takes is fetched once the page is there and quiet, or when something is lost.
if ("serviceWorker" in navigator && window.indexedDB) {
  const start = () => import("./lazy/offline.js");
  addEventListener("load", () => setTimeout(start, navigator.serviceWorker.controller ? 0 : 4000));
  for (const kind of ["unsent", "lab:lost"])
    document.addEventListener(kind, (event) =>
      start().then(
        (lost) => lost[kind](event),
        () => {},
      ),
    );
}
