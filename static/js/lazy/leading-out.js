// In a preview, links lead out of it, each in a tab of its own; those within the page stay.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (link && !link.getAttribute("href").startsWith("#")) link.target = "_blank";
});
