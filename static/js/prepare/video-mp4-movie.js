// The moov box of an MP4: its tracks, and the metadata that is taken out of it.

import { children, descend, fourcc, rename } from "./video-boxes.js";
import { namesPlace, readBytes } from "./video-bytes.js";
import { findSamples } from "./video-mp4-samples.js";

const METADATA = ["udta", "meta", "uuid"];
const XMP = "be7acfcb97a942e89c71999491e3afac"; // XMP specification part 3, 1.1.4: its uuid in MP4
// Tracks beside the film: what the sensors of a GoPro, Insta360, iPhone or Pixel said.
const SENSORS = ["meta", "camm"];
const SAMPLES_LOOKED_AT = 10;

/**
 * @param {Blob} blob  @param {{start: number, body: number, end: number}} movie where moov is
 * @returns {Promise<{patches: object[], hadLocation: boolean, hasPicture: boolean, codec: string}>}
 */
export async function cleanMovie(blob, { start, body, end }) {
  const movie = new Movie(await readBytes(blob, start, end), { body: body - start, end: end - start });
  for (const box of movie.boxes) {
    if (METADATA.includes(box.type)) movie.blank(box);
    if (box.type === "trak") await cleanTrack(blob, movie, box);
  }
  if (movie.isChanged) movie.patches.push({ start, end, bytes: movie.bytes });
  const { patches, hadLocation, hasPicture, codec } = movie;
  return { patches, hadLocation, hasPicture, codec };
}

class Movie {
  patches = [];
  hadLocation = false;
  hasPicture = false;
  codec = "";
  isChanged = false;

  constructor(bytes, box) {
    this.bytes = bytes;
    this.boxes = [...children(bytes, box)];
    this.isFragmented = this.boxes.some(({ type }) => type === "mvex");
  }

  blank(box) {
    this.hadLocation ||= namesPlace(this.bytes.subarray(box.body, box.end));
    rename(this.bytes, box);
    this.bytes.fill(0, box.body, box.end);
    this.isChanged = true;
  }
}

async function cleanTrack(blob, movie, box) {
  const { bytes } = movie;
  const { kind, codec, tables } = describe(bytes, box);
  // The samples of a fragmented one are not in the tables, and its fragments name their track.
  const isSensor = SENSORS.includes(kind) && tables && !movie.isFragmented;
  const samples = isSensor ? findSamples(bytes, tables, blob.size) : null;
  if (samples) {
    movie.hadLocation ||= await nameThePlace(blob, samples, codec);
    movie.patches.push(...samples);
    movie.blank(box);
    return;
  }
  if (kind === "vide") {
    movie.hasPicture = true;
    movie.codec ||= codec;
  }
  for (const inner of children(bytes, box)) {
    // Other uuid boxes of a track may say how it is shown, as a sphere for instance.
    const isXmp = inner.type === "uuid" && hex(bytes.subarray(inner.body, inner.body + 16)) === XMP;
    if (inner.type === "udta" || inner.type === "meta" || isXmp) movie.blank(inner);
  }
}

function describe(bytes, track) {
  const handler = descend(bytes, track, "mdia", "hdlr");
  const tables = descend(bytes, track, "mdia", "minf", "stbl");
  const entries = tables && descend(bytes, tables, "stsd");
  return {
    tables,
    kind: handler ? fourcc(bytes, handler.body + 8) : "",
    codec: entries ? fourcc(bytes, entries.body + 12) : "",
  };
}

async function nameThePlace(blob, samples, codec) {
  if (codec === "camm") return samples.length > 0; // bare numbers, the place among them
  for (const { start, end } of samples.slice(0, SAMPLES_LOOKED_AT)) {
    if (namesPlace(await readBytes(blob, start, Math.min(end, start + 1024 * 1024)))) return true;
  }
  return false;
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
