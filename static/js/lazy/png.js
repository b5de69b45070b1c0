// Draws a run's SVG at twice its size and saves it as PNG: the server need not, and nothing leaves the browser.
async function save(button) {
  const answer = await fetch(button.dataset.png);
  const name = /filename="(.+)\.svg"/.exec(answer.headers.get("content-disposition"))?.[1] ?? "receptive";
  const picture = new Image();
  picture.src = `data:image/svg+xml,${encodeURIComponent(await answer.text())}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth * 2;
  canvas.height = picture.naturalHeight * 2;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const link = document.createElement("a");
  link.download = `${name}.png`;
  link.href = canvas.toDataURL("image/png");
  link.click();
}

for (const button of document.querySelectorAll("[data-png]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await save(button);
    } catch {
      button.textContent = "PNG could not be drawn";
    } finally {
      button.disabled = false;
    }
  });
}
