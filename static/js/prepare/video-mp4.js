// Whether an MP4 is whole, what is in it, and where it says things that are nobody's business.

import { UploadProblem } from "../upload/problem.js";
import { fourcc, parseBox, rename } from "./video-boxes.js";
import { namesPlace, readBytes, Reader } from "./video-bytes.js";
import { cleanMovie } from "./video-mp4-movie.js";

const MOST_BOXES = 4000; // of a film in more fragments only the first ones are looked at
const LARGEST_MOVIE_BOX = 64 * 1024 * 1024; // bytes; that of a 5 GB video is about 10 MB
const LARGEST_METADATA = 1024 * 1024;

/**
 * @param {Blob} blob
 * @param {AbortSignal} [signal]
 * @returns {Promise<{patches: object[], hadLocation: boolean, hasPicture: boolean, codec: string}>}
 *   patches (see withPatches) blank the metadata; they never change a size, for the tables of the
 *   video say at which byte of the file each of its pictures stands
 * @throws {UploadProblem} broken, changed
 */
export async function inspectMp4(blob, signal) {
  const { movie, metadata } = await findBoxes(blob, signal);
  // What plays with a larger one is yet to be seen; its metadata stays.
  const isReadable = movie.end - movie.start <= LARGEST_MOVIE_BOX;
  const found = isReadable
    ? await cleanMovie(blob, movie)
    : { patches: [], hadLocation: false, hasPicture: true, codec: "" };
  for (const box of metadata) {
    const head = await readBytes(blob, box.start, Math.min(box.end, box.start + LARGEST_METADATA));
    found.hadLocation ||= namesPlace(head);
    const bytes = head.slice(0, box.body - box.start);
    rename(bytes, { start: 0 });
    found.patches.push({ start: box.start, end: box.end, bytes });
  }
  return found;
}

async function findBoxes(blob, signal) {
  const reader = new Reader(blob);
  let movie = null;
  let hasMedia = false;
  const metadata = [];
  for (let at = 0, count = 0; at + 8 <= blob.size && count < MOST_BOXES; count += 1) {
    signal?.throwIfAborted();
    const box = await readBox(reader, at, blob.size);
    const isWhole = box.end >= box.body && box.end <= blob.size;
    // What programs append to a video is not part of it.
    if (!isWhole && movie && hasMedia && !["mdat", "moof"].includes(box.type)) break;
    if (!isWhole) throw new UploadProblem("broken");
    if (box.type === "moov") movie ??= box;
    if (box.type === "mdat" || box.type === "moof") hasMedia = true;
    if (["uuid", "meta", "udta"].includes(box.type)) metadata.push(box);
    at = box.end;
  }
  if (!movie || !hasMedia) throw new UploadProblem("broken");
  return { movie, metadata };
}

async function readBox(reader, start, fileSize) {
  const bytes = await reader.read(start, start + 16);
  const { body, end } = parseBox(new DataView(bytes.buffer), 0, fileSize - start);
  return { type: fourcc(bytes, 4), start, body: start + body, end: start + end };
}
