// A WebP, walked chunk by chunk. RFC 9649 (container), RFC 6386 9.1 (lossy frame header).

import { text } from "../inspect.js";

const KEPT = new Set(["VP8X", "ICCP", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L"]);
const [XMP_FLAG, EXIF_FLAG] = [0x04, 0x08]; // RFC 9649, 2.7

/** @returns {import("./formats.js").Container | null} null where the picture has no end */
export function readWebp(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = view.getUint32(4, true) + 8; // RIFF: the size of what follows it
  if (end > bytes.length) return null;
  const chunks = [];
  const dropped = [];
  const names = new Set();
  let size = null;
  for (let at = 12; at + 8 <= end; ) {
    const name = text(bytes, at, 4);
    const body = at + 8;
    const length = view.getUint32(at + 4, true);
    at = body + length + (length % 2);
    if (body + length > end) return null;
    names.add(name);
    size ??= readSize(name, view, body);
    if (KEPT.has(name)) chunks.push(bytes.slice(body - 8, Math.min(at, end)));
    else dropped.push(bytes.subarray(body, body + length));
  }
  if (!size) return null;
  const isAnimated = names.has("ANIM") || names.has("ANMF");
  return { ...size, end, isAnimated, isGraphic: names.has("VP8L"), kept: join(chunks), dropped };
}

/** Whether this is a still WebP that lost nothing. */
export function isLossless(bytes) {
  const container = readWebp(bytes);
  return container !== null && container.isGraphic;
}

function readSize(name, view, body) {
  if (name === "VP8X") {
    const side = (at) => 1 + view.getUint16(at, true) + view.getUint8(at + 2) * 65536;
    return { width: side(body + 4), height: side(body + 7) };
  }
  if (name === "VP8L") {
    const bits = view.getUint32(body + 1, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  if (name === "VP8 ") {
    const side = (at) => view.getUint16(at, true) & 0x3fff;
    return { width: side(body + 6), height: side(body + 8) };
  }
  return null;
}

function join(chunks) {
  for (const chunk of chunks) {
    if (text(chunk, 0, 4) === "VP8X") chunk[8] &= ~(XMP_FLAG | EXIF_FLAG);
  }
  const size = chunks.reduce((sum, chunk) => sum + chunk.length + (chunk.length % 2), 4);
  const header = new Uint8Array(12);
  header.set(new TextEncoder().encode("RIFF....WEBP"));
  new DataView(header.buffer).setUint32(4, size, true);
  return [header, ...chunks.flatMap((chunk) => (chunk.length % 2 ? [chunk, new Uint8Array(1)] : chunk))];
}
