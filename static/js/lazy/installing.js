// What a device needs to put the site beside its other applications, and the colour of the window around it.
const add = (tag, values) => document.head.appendChild(Object.assign(document.createElement(tag), values));

add("link", { rel: "manifest", href: "/manifest.webmanifest" });
add("link", { rel: "apple-touch-icon", href: "../../icons/touch-180.png" });

const colour = add("meta", { name: "theme-color" });
const paint = () => (colour.content = getComputedStyle(document.body).backgroundColor);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
document.addEventListener("change", ({ target }) => target.name === "theme" && paint());
paint();
