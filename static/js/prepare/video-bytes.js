// Reading and replacing parts of a file that is too large for memory.

import { UploadProblem } from "../upload/problem.js";

const GLIMPSE = 4096;
const ZEROS = 1024 * 1024; // bytes written at a time

/**
 * @param {Blob} blob  @param {number} start  @param {number} end
 * @returns {Promise<Uint8Array>} fewer bytes where the file ends before
 * @throws {UploadProblem} changed
 */
export async function readBytes(blob, start, end) {
  const buffer = await blob.slice(start, end).arrayBuffer().catch(() => {
    throw new UploadProblem("changed");
  });
  return new Uint8Array(buffer);
}

/** Reads a few bytes here and there, and asks the disk only for those that it has not just seen. */
export class Reader {
  #blob;
  #start = 0;
  #bytes = new Uint8Array();

  constructor(blob) {
    this.#blob = blob;
  }

  /** @returns {Promise<Uint8Array>} fewer bytes where the file ends before */
  async read(start, end) {
    const isSeen = start >= this.#start && end <= this.#start + this.#bytes.length;
    if (!isSeen) {
      this.#bytes = await readBytes(this.#blob, start, start + GLIMPSE);
      this.#start = start;
    }
    return this.#bytes.slice(start - this.#start, end - this.#start);
  }
}

/**
 * The file with other bytes in some places and the same size; nothing is copied into memory.
 * @param {Blob} blob
 * @param {{start: number, end: number, bytes?: Uint8Array}[]} patches  bytes: what stands at the
 *   start of the range; the rest of it becomes zeros
 * @returns {Blob} the same one where there is nothing to replace
 */
export function withPatches(blob, patches, type) {
  if (patches.length === 0) return blob.type === type ? blob : blob.slice(0, blob.size, type);
  const zeros = new Blob([new Uint8Array(ZEROS)]);
  const pieces = [];
  let at = 0;
  for (const { start, end, bytes } of [...patches].sort((a, b) => a.start - b.start)) {
    if (start < at || end > blob.size) continue; // a hostile table that points into another range
    pieces.push(blob.slice(at, start));
    if (bytes) pieces.push(bytes);
    for (let left = end - start - (bytes?.length ?? 0); left > 0; left -= ZEROS) {
      pieces.push(left < ZEROS ? zeros.slice(0, left) : zeros);
    }
    at = end;
  }
  pieces.push(blob.slice(at));
  return new Blob(pieces, { type });
}

const PLACE = /\xa9xyz|loci\0\0\0\0|location|GPS(Latitude|Longitude|Coordinates)|GPS[59U]/i;

/** @param {Uint8Array} bytes  @returns {boolean} whether metadata names the place of the recording */
export function namesPlace(bytes) {
  return PLACE.test(new TextDecoder("latin1").decode(bytes));
}
