// A picture's file as a container: how large, where its end is, what in it is not the picture.

import { readGif } from "./gif.js";
import { readJpeg } from "./jpeg.js";
import { readBmp, readHeif } from "./other.js";
import { readPng } from "./png.js";
import { readWebp } from "./webp.js";

/**
 * @typedef {object} Container  what the file says without being decoded
 * @property {number} width  in pixels, as stored: before any orientation
 * @property {number} height
 * @property {number} end  where the picture ends; what follows was appended to it
 * @property {boolean} isAnimated
 * @property {boolean} isGraphic  stored without loss, as screenshots and drawings are
 * @property {Uint8Array[] | null} kept  the file without metadata, in pieces; null where only
 *   encoding it anew takes them out
 * @property {Uint8Array[]} dropped  the metadata
 */

const READERS = {
  "image/jpeg": readJpeg,
  "image/png": readPng,
  "image/webp": readWebp,
  "image/gif": readGif,
  "image/avif": readHeif,
  "image/heic": readHeif,
  "image/bmp": readBmp,
};

/** @returns {Container | null} null where a part of the file is missing */
export function readContainer(type, bytes) {
  try {
    return READERS[type](bytes);
  } catch (error) {
    if (error instanceof RangeError) return null; // a number that points outside the file
    throw error;
  }
}
