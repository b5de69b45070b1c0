// Italic, bold and mathematical letters are fetched when text that is set in them comes near the window.
const kinds = { em: "italic", strong: "bold", b: "bold", math: "math" };
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      document.documentElement.classList.add(`has-${kinds[target.localName]}`);
      near.unobserve(target);
    }
  },
  { rootMargin: "200px" },
);
const watch = () => {
  for (const [name, kind] of Object.entries(kinds)) {
    if (document.documentElement.classList.contains(`has-${kind}`)) continue;
    for (const one of document.querySelectorAll(name)) near.observe(one);
  }
};
watch();
for (const news of ["htmx:after:swap", "lab:swapped", "mine", "pieces"]) document.addEventListener(news, watch);
