// Whether a WebM is whole, what is in it, and where its tags are.
// RFC 8794: everything is an element of an id, a size, and content; RFC 9559: which ones.

import { UploadProblem } from "../upload/problem.js";
import { namesPlace, readBytes, Reader } from "./video-bytes.js";

const HEADER = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const TRACKS = 0x1654ae6b;
const TRACK = 0xae;
const TRACK_TYPE = 0x83;
const CODEC = 0x86;
const CLUSTER = 0x1f43b675;
const TAGS = 0x1254c367;
const PICTURE = 1; // RFC 9559, 5.1.4.1.3

const MOST_ELEMENTS = 4000;
const LARGEST_READ = 1024 * 1024;

/**
 * @param {Blob} blob
 * @param {AbortSignal} [signal]
 * @returns {Promise<{patches: object[], hadLocation: boolean, hasPicture: boolean, codec: string}>}
 *   as inspectMp4 does
 * @throws {UploadProblem} broken, changed
 */
export async function inspectWebm(blob, signal) {
  const reader = new Reader(blob);
  const header = await readElement(reader, 0, blob.size);
  const segment = await readElement(reader, header.end, blob.size);
  if (header.id !== HEADER || segment.id !== SEGMENT) throw new UploadProblem("broken");
  const found = { patches: [], hadLocation: false, hasPicture: false, codec: "" };
  let hasTracks = false;
  for (let at = segment.body, count = 0; at < segment.end && count < MOST_ELEMENTS; count += 1) {
    signal?.throwIfAborted();
    const element = await readElement(reader, at, blob.size);
    if (element.id === TRACKS) {
      hasTracks = true;
      readTracks(await readBody(blob, element), found);
    }
    if (element.id === TAGS) await blankTags(blob, element, found);
    // A live recording's clusters do not say where they end; what follows them is not looked for.
    if (element.isEndless) break;
    at = element.end;
  }
  if (!hasTracks) throw new UploadProblem("broken");
  return found;
}

async function readElement(reader, start, fileSize) {
  const bytes = await reader.read(start, start + 12);
  const id = parseNumber(bytes, 0, { keepsMarker: true, longest: 4 });
  const size = id && parseNumber(bytes, id.length, { keepsMarker: false, longest: 8 });
  if (!size) throw new UploadProblem("broken");
  const body = start + id.length + size.length;
  // Sizes of all ones are unknown ones (RFC 8794, 6.2); only these elements may have them.
  const isEndless = size.isAllOnes;
  if (isEndless && id.value !== SEGMENT && id.value !== CLUSTER) throw new UploadProblem("broken");
  const end = isEndless ? fileSize : body + size.value;
  if (end > fileSize) throw new UploadProblem("broken");
  return { id: id.value, start, body, end, isEndless };
}

// RFC 8794, 4: leading zero bits say how many bytes follow the first one.
function parseNumber(bytes, at, { keepsMarker, longest }) {
  const length = Math.clz32(bytes[at] ?? 0) - 23;
  if (length > longest || at + length > bytes.length) return null;
  const marker = 0x80 >> (length - 1);
  let value = keepsMarker ? bytes[at] : bytes[at] & (marker - 1);
  let isAllOnes = (bytes[at] & (marker - 1)) === marker - 1;
  for (const byte of bytes.subarray(at + 1, at + length)) {
    value = value * 256 + byte;
    isAllOnes &&= byte === 0xff;
  }
  return { value, length, isAllOnes };
}

function readTracks(bytes, found) {
  for (const [id, track] of elements(bytes)) {
    if (id !== TRACK) continue;
    const fields = new Map(elements(track));
    if (fields.get(TRACK_TYPE)?.at(-1) !== PICTURE) continue;
    found.hasPicture = true;
    found.codec ||= new TextDecoder("latin1").decode(fields.get(CODEC)).replace(/\0+$/, "");
  }
}

function* elements(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const id = parseNumber(bytes, at, { keepsMarker: true, longest: 4 });
    const size = id && parseNumber(bytes, at + id.length, { keepsMarker: false, longest: 8 });
    if (!size) return;
    const body = at + id.length + size.length;
    at = body + size.value;
    yield [id.value, bytes.subarray(body, at)];
  }
}

// A Void element of the same size in its place: its id is three bytes shorter, so its size is
// written with three bytes more, or, where eight are the most, its content is longer.
async function blankTags(blob, { start, body, end }, found) {
  found.hadLocation ||= namesPlace(await readBody(blob, { body, end }));
  const width = Math.min(body - start - 1, 8);
  const bytes = new Uint8Array(1 + width);
  bytes[0] = 0xec;
  let size = end - start - bytes.length;
  for (let at = width; at > 0; at -= 1, size = Math.floor(size / 256)) bytes[at] = size % 256;
  bytes[1] |= 0x80 >> (width - 1);
  found.patches.push({ start, end, bytes });
}

function readBody(blob, { body, end }) {
  return readBytes(blob, body, Math.min(end, body + LARGEST_READ));
}
