// Formats that are read where the browser can, and always re-encoded: AVIF, HEIC, BMP.

import { text } from "../inspect.js";

const IN_META = 65536; // bytes; where a HEIF file says how large its pictures are

/**
 * ISO/IEC 23008-12, 6.5.3: the largest of the pictures within, for a large one is made of tiles.
 * @returns {import("./formats.js").Container | null} null where the picture has no end
 */
export function readHeif(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(bytes, view);
  if (end < 0) return null;
  let [width, height] = [0, 0];
  for (let at = 0; at + 16 <= Math.min(bytes.length, IN_META); at += 1) {
    if (bytes[at] !== 0x69 || text(bytes, at, 4) !== "ispe") continue;
    const [wide, high] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (wide * high > width * height) [width, height] = [wide, high];
  }
  return { width, height, end, isAnimated: false, isGraphic: false, kept: null, dropped: [bytes] };
}

function findEnd(bytes, view) {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = view.getUint32(at);
    if (size === 0) return bytes.length;
    const length = size === 1 ? Number(view.getBigUint64(at + 8)) : size;
    if (length < 8) return bytes.length;
    at += length;
    if (at > bytes.length) return -1;
  }
  return at;
}

/** @returns {import("./formats.js").Container | null} null where the picture has no end */
export function readBmp(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(2, true) > bytes.length) return null;
  const isOld = view.getUint32(14, true) === 12; // BITMAPCOREHEADER
  const width = isOld ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = isOld ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true));
  const end = bytes.length;
  return { width, height, end, isAnimated: false, isGraphic: true, kept: null, dropped: [] };
}
