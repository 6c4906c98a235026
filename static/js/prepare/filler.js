// Whether a JPEG lost some of its inside: decoders fill the rows that are missing with middle grey
// (libjpeg: DCT coefficients of zero), and say nothing.

const STRIP = 8; // pixels, one row of JPEG blocks
const LONGEST = 512; // pixels that are looked at along an edge

/** @param {ImageBitmap} bitmap  upright; the missing rows may be at any edge, as it was turned */
export function hasFiller(bitmap) {
  const { width, height } = bitmap;
  if (Math.min(width, height) < 4 * STRIP) return false;
  return [
    [0, height - STRIP, width, STRIP],
    [0, 0, width, STRIP],
    [0, 0, STRIP, height],
    [width - STRIP, 0, STRIP, height],
  ].some((edge) => isMiddleGrey(pixels(bitmap, edge)));
}

function pixels(bitmap, [x, y, width, height]) {
  const canvas = new OffscreenCanvas(Math.min(width, LONGEST), Math.min(height, LONGEST));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingEnabled = false;
  context.drawImage(bitmap, x, y, width, height, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height).data;
}

function isMiddleGrey(data) {
  const [grey] = data;
  if (Math.abs(grey - 128) > 3) return false; // a colour profile may move it a little
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] !== grey || data[at + 1] !== grey || data[at + 2] !== grey) return false;
  }
  return true;
}
