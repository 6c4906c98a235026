// What a file really is, by its bytes: its type, and whether it is whole.
// The server asks the same of the bucket (blog/media/formats.py); here the author hears it at once.

const text = (bytes, start, length) => String.fromCharCode(...bytes.subarray(start, start + length));

const HEIF_BRANDS = ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"];

/** @returns {{type: string | null, found: string}} a media type we take, or words for what it is */
export function identify(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return known("image/jpeg");
  if (text(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return known("image/png");
  if (/^GIF8[79]a$/.test(text(bytes, 0, 6))) return known("image/gif");
  if (text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 4) === "WEBP") return known("image/webp");
  if (text(bytes, 4, 4) === "ftyp") {
    const brand = text(bytes, 8, 4);
    if (HEIF_BRANDS.includes(brand)) return { type: null, found: "heic" };
    return { type: null, found: brand.startsWith("avi") ? "an AVIF picture" : "a video" };
  }
  return { type: null, found: describe(bytes) };
}

/**
 * Where the picture's own end is, or -1 where it is cut off. What programs append to a PNG or GIF
 * is not part of the picture, and is not sent; what phones append to a JPEG may belong to it.
 */
export function findEnd(type, bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === "image/jpeg") return hasJpegEnd(bytes) ? bytes.length : -1;
  if (type === "image/png") return findPngEnd(bytes, view);
  if (type === "image/webp") {
    const end = view.getUint32(4, true) + 8; // RIFF: the size of what follows it
    return end <= bytes.length ? end : -1;
  }
  const trailer = bytes.lastIndexOf(0x3b); // GIF89a, section 27
  return trailer > 13 ? trailer + 1 : -1;
}

function known(type) {
  return { type, found: type };
}

function describe(bytes) {
  const start = text(bytes, 0, Math.min(bytes.length, 1024)).trimStart().toLowerCase();
  if (start.includes("<svg")) return "an SVG drawing";
  if (start.startsWith("<!doctype html") || start.startsWith("<html")) return "an HTML page";
  if (start.startsWith("%pdf-")) return "a PDF";
  if (start.startsWith("bm")) return "a BMP picture";
  if (start.startsWith("ii*\0") || start.startsWith("mm\0*")) return "a TIFF picture";
  if (start.startsWith("pk\x03\x04")) return "a ZIP archive";
  if (start.startsWith("\x1a\x45\xdf\xa3")) return "a video";
  return "another kind of file";
}

// ITU-T T.81, B.1.1: markers with a length are skipped by it; in a scan, FF is followed by 00 or
// a restart marker, so the first other one ends it.
function hasJpegEnd(bytes) {
  let at = 2;
  while (at + 1 < bytes.length) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return false;
    const marker = bytes[at + 1];
    if (marker === 0xd9) return true;
    const standsAlone = marker === 0 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    if (marker === 0xff) at += 1;
    else if (standsAlone) at += 2;
    else at += 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
  }
  return false;
}

function findPngEnd(bytes, view) {
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + view.getUint32(at);
    if (text(bytes, at + 4, 4) === "IEND") return end <= bytes.length ? end : -1;
    at = end;
  }
  return -1;
}
