// What the main file becomes: encoded anew, or the source without its metadata.

import { areAlike } from "./canvas.js";
import { encode } from "./codecs.js";
import { resize } from "./resize.js";

const PHOTO_QUALITIES = [0.82, 0.74, 0.66, 0.58, 0.5, 0.4, 0.3, 0.2, 0.1]; // until below the source
const GRAPHIC_QUALITY = 0.9; // for what is too large without loss
const SMALL_GRAPHIC = 150_000; // bytes; stays the PNG or GIF that it is
const LARGE_GRAPHIC = 1_000_000; // bytes; a photo stored as PNG, by its size
const WORTH_IT = 0.9; // a second lossy encoding must save a tenth

/**
 * @param {{type: string, size: number, container: import("./formats/formats.js").Container}} source
 * @param {OffscreenCanvas} canvas  the picture at its final size
 * @param {boolean} isSameSize  whether the source has this size already
 * @returns {Promise<{blob: Blob, isKept: boolean}>}  never larger than the source, where possible
 */
export async function makeMain(source, canvas, isSameSize) {
  const stripped = isSameSize ? await strip(source, canvas) : null;
  if (source.container.isGraphic) return makeGraphic(source, canvas, stripped);
  if (stripped) {
    const blob = await encode(canvas, { quality: PHOTO_QUALITIES[0] });
    const isKept = blob.size > stripped.size * WORTH_IT;
    return { blob: isKept ? stripped : blob, isKept };
  }
  return { blob: await makePhoto(canvas, source.size), isKept: false };
}

/** The source without its metadata, or null where it looks another way without them. */
async function strip({ type, container }, canvas) {
  if (!container.kept) return null;
  const blob = new Blob(container.kept, { type });
  const bitmap = await createImageBitmap(blob).catch(() => null);
  if (!bitmap) return null;
  const { width, height } = bitmap;
  const drawn = await resize(bitmap, width, height);
  bitmap.close();
  if (width !== canvas.width || height !== canvas.height) return null;
  // An orientation is metadata too, and browsers differ in where they honour one: the pixels tell.
  return areAlike(drawn, canvas) ? blob : null;
}

async function makePhoto(canvas, limit) {
  let smallest = null;
  for (const quality of PHOTO_QUALITIES) {
    const blob = await encode(canvas, { quality });
    if (!smallest || blob.size < smallest.size) smallest = blob;
    if (smallest.size < limit) break;
  }
  return smallest;
}

async function makeGraphic({ size }, canvas, stripped) {
  if (stripped && stripped.size <= SMALL_GRAPHIC) return { blob: stripped, isKept: true };
  let blob = await encode(canvas, { isLossless: true });
  if (stripped && stripped.size <= blob.size) blob = stripped;
  if (blob.size > LARGE_GRAPHIC || blob.size > size) {
    const lossy = await encode(canvas, { quality: GRAPHIC_QUALITY });
    if (lossy.size < blob.size) blob = lossy;
  }
  return { blob, isKept: blob === stripped };
}
