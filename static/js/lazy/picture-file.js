// What becomes of an image file, here in the browser: its middle square, or the square about its ink, as 8×8 shades.
const LARGEST = 10 * 2 ** 20; // bytes
const SIDE = 8;
const INK = 16;
const FINE = 64; // Parts a side where the ink is looked for.

// The picture in a file. Throws words for the student where there is none, or too much.
export async function opened(file) {
  if (file.size > LARGEST) {
    throw new Error(
      inWords("This file has %(size)s MB; at most %(most)s can be read.", {
        size: Math.ceil(file.size / 2 ** 20),
        most: LARGEST / 2 ** 20,
      }),
    );
  }
  return createImageBitmap(file).catch(() => {
    throw new Error(inWords("This file is no picture that the browser can read; try a PNG or a JPEG."));
  });
}

export function middle({ width, height }) {
  const square = Math.min(width, height);
  return { left: (width - square) / 2, top: (height - square) / 2, square };
}

// A square of a picture at so many pixels a side, as bytes (red, green, blue, 255); beside it and behind it is paper.
export function cropped(picture, { left, top, square }, side, paper = 255) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const sheet = canvas.getContext("2d", { willReadFrequently: true });
  sheet.fillStyle = `rgb(${paper} ${paper} ${paper})`;
  sheet.fillRect(0, 0, side, side);
  sheet.imageSmoothingQuality = "high";
  sheet.drawImage(picture, left, top, square, square, 0, 0, side, side);
  return sheet.getImageData(0, 0, side, side).data;
}

export async function shadesOf(file, cut) {
  const picture = await opened(file);
  const { width, height } = picture;
  const found = cut ? aboutInk(picture) : { box: middle(picture) };
  const { shades, inverted } = inked(averages(picture, found.box, SIDE, found.paper), SIDE, found.inverted);
  picture.close();
  const of = { name: file.name, size: `${width}×${height}` };
  const part = cut
    ? inWords("%(name)s, %(size)s, cut to its ink.", of)
    : width === height
      ? inWords("%(name)s, %(size)s.", of)
      : inWords("%(name)s, %(size)s, its middle square.", of);
  const taken = inverted
    ? inWords("Averaged to 8×8 and stretched from paper to ink; light is taken for ink.")
    : inWords("Averaged to 8×8 and stretched from paper to ink; dark is taken for ink.");
  return {
    shades,
    words: `${part} ${taken}`,
  };
}

// The mean lightness, 0 to 255, of each of parts×parts parts of a square.
function averages(picture, box, parts, paper) {
  const part = Math.max(1, Math.min(256 / parts, Math.floor(box.square / parts)));
  const side = parts * part;
  const data = cropped(picture, box, side, paper);
  const sums = new Array(parts * parts).fill(0);
  for (let at = 0; at < side * side; at++) {
    const place = Math.floor(Math.floor(at / side) / part) * parts + Math.floor((at % side) / part);
    const [red, green, blue] = data.subarray(4 * at, 4 * at + 3);
    sums[place] += 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }
  return sums.map((sum) => sum / part ** 2);
}

// Shades from 0 to 16, the faintest paper and the strongest ink. The border tells which of the two is the paper,
// where that is not known.
function inked(light, parts, known) {
  const outer = (at) => at === 0 || at === parts - 1;
  const edge = light.filter((_, place) => outer(place % parts) || outer(Math.floor(place / parts)));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const paper = mean(edge);
  const inverted = known ?? paper < mean(light);
  const [low, high] = [Math.min(...light), Math.max(...light)];
  const range = Math.max(high - low, 1);
  const ink = (value) => Math.round((INK * (inverted ? value - low : high - value)) / range);
  return { shades: light.map(ink), inverted, paper };
}

// The square about what is at least half ink, the lightness of the paper around it, and whether ink is the lighter.
function aboutInk(picture) {
  const whole = middle(picture);
  const { shades, inverted, paper } = inked(averages(picture, whole, FINE), FINE);
  const places = [...shades.keys()].filter((place) => shades[place] >= INK / 2);
  if (!places.length) return { box: whole, paper, inverted };
  const [across, down] = [places.map((place) => place % FINE), places.map((place) => Math.floor(place / FINE))];
  const [left, top] = [Math.min(...across), Math.min(...down)];
  const [wide, tall] = [Math.max(...across) + 1 - left, Math.max(...down) + 1 - top];
  const square = Math.max(wide, tall);
  const unit = whole.square / FINE;
  const box = {
    left: whole.left + unit * (left + (wide - square) / 2),
    top: whole.top + unit * (top + (tall - square) / 2),
    square: unit * square,
  };
  return { box, paper, inverted };
}
