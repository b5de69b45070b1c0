// Where a lab takes a picture of one's own: drawing and files are fetched for it. Without this it is typed.
for (const box of document.querySelectorAll("[data-picture]")) {
  import("./lazy/picture.js").then(({ start }) => start(box)).catch(() => {}); // Offline: it can still be typed.
}
for (const box of document.querySelectorAll("[data-photo]")) {
  import("./lazy/photo.js").then(({ start }) => start(box)).catch(() => {}); // Offline: the digit is shown.
}
