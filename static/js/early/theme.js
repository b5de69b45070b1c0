// Runs in the head, before the first paint, so that a remembered theme never flashes.
(() => {
  const root = document.documentElement;
  const remembered = document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1];
  if (remembered) root.dataset.theme = remembered;
  addEventListener("DOMContentLoaded", () => {
    const choice = document.getElementById(`theme-${remembered ?? "auto"}`);
    if (choice) choice.checked = true;
  });
  addEventListener("change", ({ target }) => {
    if (target.name !== "theme") return;
    const kept = target.value !== "auto";
    if (kept) root.dataset.theme = target.value;
    else delete root.dataset.theme;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not on plain http
    document.cookie = `theme=${kept ? target.value : ""}; path=/; max-age=${kept ? 31536000 : 0}; samesite=lax`;
  });
})();
