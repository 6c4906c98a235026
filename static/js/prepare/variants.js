// Smaller files of the same picture, for screens that need no more.

import { encode } from "./codecs.js";
import { resize } from "./resize.js";

const WIDTHS = [1600, 960, 480];
const PHOTO_QUALITY = 0.78;
const GRAPHIC_QUALITY = 0.9;

/**
 * @param {OffscreenCanvas} canvas  the main picture
 * @param {boolean} isGraphic
 * @returns {Promise<{width: number, height: number, blob: Blob}[]>} from small to large
 */
export async function makeVariants(canvas, isGraphic) {
  const variants = [];
  for (const width of WIDTHS.filter((each) => each < canvas.width)) {
    const height = Math.max(1, Math.round((canvas.height * width) / canvas.width));
    const smaller = await resize(canvas, width, height);
    // The browser encodes beside this thread, while the next is resized.
    variants.unshift(encodeVariant(smaller, isGraphic).then((blob) => ({ width, height, blob })));
  }
  return Promise.all(variants);
}

/** Without those that save nothing beside the next larger file; `mainSize` in bytes. */
export function worthwhile(variants, mainSize) {
  let smallest = mainSize;
  return variants.toReversed().filter(({ blob }) => {
    const isSmaller = blob.size < smallest;
    if (isSmaller) smallest = blob.size;
    return isSmaller;
  }).toReversed();
}

async function encodeVariant(canvas, isGraphic) {
  if (!isGraphic) return encode(canvas, { quality: PHOTO_QUALITY });
  const lossless = await encode(canvas, { isLossless: true });
  const lossy = await encode(canvas, { quality: GRAPHIC_QUALITY });
  return lossless.size <= lossy.size ? lossless : lossy;
}
