// How a large file is cut into parts. The server cuts by the same rule (blog/media/parts.py): parts
// are hashed in the first pass over the file, before the server has heard of it.

const MIB = 1024 * 1024;
const SMALLEST = 32 * MIB; // S3 takes from 5 MiB on; a smaller part would only mean more requests
const MOST = 120;

/** Files larger than this many bytes are sent in parts. */
export const PARTS_ABOVE = 64_000_000;

/** @param {number} size of the file, in bytes  @returns {number} bytes of every part but the last */
export function partSize(size) {
  return Math.max(SMALLEST, Math.ceil(size / (MOST * MIB)) * MIB);
}

/** @returns {number} how many parts a file of `size` bytes has */
export function partCount(size) {
  return Math.ceil(size / partSize(size));
}
