// A photo for a network with weights: the middle square of a file, 112×112, as bytes of red, green and blue in base64.
import { cropped, middle, opened } from "./picture-file.js";

const SIDE = 112;

function packed(data) {
  let bytes = "";
  for (let at = 0; at < data.length; at += 4) bytes += String.fromCharCode(data[at], data[at + 1], data[at + 2]);
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_");
}

function drawn(text, canvas) {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const image = new ImageData(SIDE, SIDE);
  for (let at = 0; at < SIDE * SIDE; at++) {
    for (let colour = 0; colour < 3; colour++) image.data[4 * at + colour] = bytes.charCodeAt(3 * at + colour);
    image.data[4 * at + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

export function start(box) {
  const field = box.querySelector("input[type=hidden]");
  const file = box.querySelector("[data-file]");
  const said = box.querySelector("[data-said]");
  const canvas = box.querySelector("canvas");
  const remove = box.querySelector("[data-remove]");

  function put(text, words) {
    field.value = text;
    said.textContent = words;
    canvas.hidden = remove.hidden = !text;
    if (text) drawn(text, canvas);
  }
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    file.value = "";
    if (!chosen) return;
    try {
      const picture = await opened(chosen);
      const { width, height } = picture;
      const data = cropped(picture, middle(picture), SIDE);
      picture.close();
      put(
        packed(data),
        inWords("%(name)s, %(size)s, its middle square at %(side)s×%(side)s.", {
          name: chosen.name,
          size: `${width}×${height}`,
          side: SIDE,
        }),
      );
    } catch (problem) {
      said.textContent = problem.message;
    }
  });
  remove.addEventListener("click", () => {
    put("", inWords("Removed."));
    file.focus();
  });
  // It has a say, and is sent, only where a network with weights is chosen.
  function fit() {
    const chosen = box.form.querySelector('[name$=".weights"]:checked');
    box.hidden = box.disabled = !chosen?.value;
  }
  box.form.addEventListener("change", fit);
  fit();
  put(field.value, "");
}
