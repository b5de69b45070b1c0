// Who is here now, told again whenever it changes. The page itself is the first telling.
for (const box of document.querySelectorAll("[data-online]")) {
  const source = new EventSource(box.dataset.online);
  source.addEventListener("online", ({ data }) => {
    const focused = box.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    box.innerHTML = data;
    if (focused) box.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
  });
  // An open stream would hold up the next page where connections are few.
  addEventListener("pagehide", () => source.close());
}
