// What becomes of an image file, here in the browser: its middle square, averaged to 8×8 shades of ink.
const LARGEST = 10 * 2 ** 20; // bytes
const SIDE = 8;
const INK = 16;

// The picture in a file. Throws words for the student where there is none, or too much.
export async function opened(file) {
  if (file.size > LARGEST) {
    throw new Error(`This file has ${Math.ceil(file.size / 2 ** 20)} MB; at most ${LARGEST / 2 ** 20} can be read.`);
  }
  return createImageBitmap(file).catch(() => {
    throw new Error("This file is no picture that the browser can read; try a PNG or a JPEG.");
  });
}

// Its middle square at so many pixels a side, as bytes (red, green, blue, 255); what shows through is white.
export function middle(picture, side) {
  const square = Math.min(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const sheet = canvas.getContext("2d", { willReadFrequently: true });
  sheet.fillStyle = "#fff";
  sheet.fillRect(0, 0, side, side);
  sheet.imageSmoothingQuality = "high";
  const [left, top] = [(picture.width - square) / 2, (picture.height - square) / 2];
  sheet.drawImage(picture, left, top, square, square, 0, 0, side, side);
  picture.close();
  return sheet.getImageData(0, 0, side, side).data;
}

export async function shadesOf(file) {
  const picture = await opened(file);
  const { width, height } = picture;
  const [shades, inverted] = inked(averages(picture));
  const crop = width === height ? "" : ", its middle square";
  const taken = inverted ? "light is taken for ink" : "dark is taken for ink";
  return {
    shades,
    words: `${file.name}, ${width}×${height}${crop}, averaged to 8×8 and stretched from paper to ink; ${taken}.`,
  };
}

// The mean lightness, 0 to 255, of each of 8×8 parts of the middle square.
function averages(picture) {
  const part = Math.max(1, Math.min(32, Math.floor(Math.min(picture.width, picture.height) / SIDE)));
  const fine = SIDE * part;
  const data = middle(picture, fine);
  const sums = new Array(SIDE * SIDE).fill(0);
  for (let at = 0; at < fine * fine; at++) {
    const place = Math.floor(Math.floor(at / fine) / part) * SIDE + Math.floor((at % fine) / part);
    const [red, green, blue] = data.subarray(4 * at, 4 * at + 3);
    sums[place] += 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }
  return sums.map((sum) => sum / part ** 2);
}

// Shades from 0 to 16, the faintest paper and the strongest ink. The border tells which of the two is the paper.
function inked(light) {
  const edge = light.filter(
    (_, place) => (place % SIDE) % (SIDE - 1) === 0 || place < SIDE || place >= SIDE * (SIDE - 1),
  );
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const inverted = mean(edge) < mean(light);
  const [low, high] = [Math.min(...light), Math.max(...light)];
  const range = Math.max(high - low, 1);
  const ink = (value) => Math.round((INK * (inverted ? value - low : high - value)) / range);
  return [light.map(ink), inverted];
}
