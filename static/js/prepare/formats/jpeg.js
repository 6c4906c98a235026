// A JPEG, walked segment by segment. ITU-T T.81 Annex B; JFIF 1.02; Exif 2.32, 4.7; ICC.1 B.4.

import { text } from "../inspect.js";

const [SOI, EOI, SOS, APP0, APP2, APP14, APP15, COM] = [
  0xd8, 0xd9, 0xda, 0xe0, 0xe2, 0xee, 0xef, 0xfe,
];
const NO_FRAMES = [0xc4, 0xc8, 0xcc]; // DHT, JPG, DAC stand among the frame headers' markers

/** @returns {import("./formats.js").Container | null} null where the picture has no end */
export function readJpeg(bytes) {
  const kept = [bytes.subarray(0, 2)];
  const dropped = [];
  let size = null;
  let at = 2;
  for (;;) {
    const start = findMarker(bytes, at);
    if (start < 0) return null;
    const marker = bytes[start + 1];
    if (marker === EOI && size) {
      kept.push(bytes.subarray(start, start + 2));
      // What phones append, the video of a motion photo say, is not the picture.
      return { ...size, end: start + 2, isAnimated: false, isGraphic: false, kept, dropped };
    }
    const length = (bytes[start + 2] << 8) | bytes[start + 3];
    if (marker === SOI || marker === EOI || !(length >= 2)) return null;
    const payload = bytes.subarray(start + 4, start + 2 + length);
    if (isFrame(marker)) {
      size = { height: (payload[1] << 8) | payload[2], width: (payload[3] << 8) | payload[4] };
    }
    at = start + 2 + length;
    if (marker === SOS) at = Math.max(at, findScanEnd(bytes, at));
    const segment = withoutMetadata(marker, payload, bytes.subarray(start, at));
    (segment ? kept : dropped).push(segment ?? payload);
  }
}

// Bytes between segments are passed over, as libjpeg and with it the browsers do.
function findMarker(bytes, from) {
  for (let at = from; ; at += 1) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return -1;
    const marker = bytes[at + 1];
    if (marker !== 0xff && !standsAlone(marker)) return at;
  }
}

// In a scan FF is followed by 00 or a restart marker; the first other one ends it.
function findScanEnd(bytes, from) {
  const end = findMarker(bytes, from);
  return end < 0 ? bytes.length : end;
}

function standsAlone(marker) {
  return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

function isFrame(marker) {
  return marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker);
}

// What the colours depend on stays; everything else that programs may write goes.
function withoutMetadata(marker, payload, segment) {
  if (marker !== COM && (marker < APP0 || marker > APP15)) return segment;
  if (marker === APP0 && text(payload, 0, 5) === "JFIF\0") return withoutThumbnail(payload);
  if (marker === APP2 && text(payload, 0, 12) === "ICC_PROFILE\0") return segment;
  if (marker === APP14 && text(payload, 0, 5) === "Adobe") return segment;
  return null;
}

function withoutThumbnail(payload) {
  return Uint8Array.of(0xff, APP0, 0, 16, ...payload.subarray(0, 12), 0, 0);
}
