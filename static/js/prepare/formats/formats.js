// A picture's file as a container: how large, where its end is, what in it is not the picture.

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

// Fetched when a file of that type comes.
const READERS = {
  "image/jpeg": async () => (await import("./jpeg.js")).readJpeg,
  "image/png": async () => (await import("./png.js")).readPng,
  "image/webp": async () => (await import("./webp.js")).readWebp,
  "image/gif": async () => (await import("./gif.js")).readGif,
  "image/avif": async () => (await import("./other.js")).readHeif,
  "image/heic": async () => (await import("./other.js")).readHeif,
  "image/bmp": async () => (await import("./other.js")).readBmp,
};

/** @returns {Promise<Container | null>} null where a part of the file is missing */
export async function readContainer(type, bytes) {
  const read = await READERS[type]();
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof RangeError) return null; // a number that points outside the file
    throw error;
  }
}
