// Smaller files of the same picture, for screens that need no more.

import { encode } from "./codecs.js";
import { resize } from "./resize.js";

const WIDTHS = [1600, 960, 480];
const PHOTO_QUALITY = 0.78;
const GRAPHIC_QUALITY = 0.9;

/**
 * @param {OffscreenCanvas} canvas  the main picture
 * @param {{isGraphic: boolean, size: number}} main  size of the main file in bytes
 * @returns {Promise<{width: number, height: number, blob: Blob}[]>} from small to large; what
 *   would save nothing is left out
 */
export async function makeVariants(canvas, { isGraphic, size }) {
  const variants = [];
  let smallest = size;
  for (const width of WIDTHS.filter((each) => each < canvas.width)) {
    const height = Math.max(1, Math.round((canvas.height * width) / canvas.width));
    const blob = await makeVariant(await resize(canvas, width, height), isGraphic);
    if (blob.size >= smallest) continue;
    variants.unshift({ width, height, blob });
    smallest = blob.size;
  }
  return variants;
}

async function makeVariant(canvas, isGraphic) {
  if (!isGraphic) return encode(canvas, { quality: PHOTO_QUALITY });
  const lossless = await encode(canvas, { isLossless: true });
  const lossy = await encode(canvas, { quality: GRAPHIC_QUALITY });
  return lossless.size <= lossy.size ? lossless : lossy;
}
