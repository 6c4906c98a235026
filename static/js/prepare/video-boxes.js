// The boxes of an MP4 in memory; ISO/IEC 14496-12, 4.2: a size, a type, and content.

/** @typedef {{type: string, start: number, body: number, end: number}} Box  body: its content */

/** @param {Uint8Array} bytes  @returns {string} four characters, as boxes are named */
export function fourcc(bytes, at) {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/**
 * The box whose header begins at `at`; it may claim to end before its body or after the file.
 * @param {DataView} view  @param {number} at  @param {number} end where the bytes around it end
 * @returns {Omit<Box, "type">} places relative to the view
 */
export function parseBox(view, at, end) {
  const size = view.getUint32(at);
  if (size === 0) return { start: at, body: at + 8, end }; // as far as there is anything
  if (size !== 1) return { start: at, body: at + 8, end: at + size };
  const isCut = at + 16 > view.byteLength;
  return { start: at, body: at + 16, end: isCut ? at : at + Number(view.getBigUint64(at + 8)) };
}

/** @returns {Generator<Box>} the boxes in a range of bytes, up to one that does not fit into it */
export function* children(bytes, { body, end }) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = body; at + 8 <= end; ) {
    const box = parseBox(view, at, end);
    if (box.end < box.body || box.end > end) return;
    yield { type: fourcc(bytes, at + 4), ...box };
    at = box.end;
  }
}

/** @returns {Box | null} the first box at the end of a path of types */
export function descend(bytes, box, ...path) {
  for (const type of path) {
    box = box && [...children(bytes, box)].find((inner) => inner.type === type);
  }
  return box ?? null;
}

/** Makes a box one that players pass over, of the same size; ISO/IEC 14496-12, 8.1.2. */
export function rename(bytes, { start }) {
  bytes.set([0x66, 0x72, 0x65, 0x65], start + 4); // "free"
}
