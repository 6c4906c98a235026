// What a file really is, by its first bytes. The server asks the same of the bucket
// (blog/media/formats.py); here the author hears it at once.

export const text = (bytes, start, length) =>
  String.fromCharCode(...bytes.subarray(start, start + length));

// ISO/IEC 14496-12, 4.3: which kinds of file this one is readable as.
const AVIF_BRANDS = ["avif"];
const HEIC_BRANDS = ["heic", "heix", "heim", "heis", "mif1"];
const MOVING_BRANDS = ["avis", "hevc", "hevx", "msf1"];

/**
 * @param {Uint8Array} bytes  the first of the file; a kilobyte will do
 * @returns {{type: string | null, found: string}} a media type that we may be able to read, and
 *   words for what it is
 */
export function identify(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return known("image/jpeg");
  if (text(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return known("image/png");
  if (/^GIF8[79]a$/.test(text(bytes, 0, 6))) return known("image/gif");
  if (text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 4) === "WEBP") return known("image/webp");
  if (text(bytes, 4, 4) === "ftyp") return identifyBox(bytes);
  if (text(bytes, 0, 2) === "BM" && bytes[5] < 4 && text(bytes, 6, 4) === "\0\0\0\0") {
    return { type: "image/bmp", found: "a BMP picture" };
  }
  return { type: null, found: describe(bytes) };
}

function known(type) {
  return { type, found: type };
}

function identifyBox(bytes) {
  const length = Math.min(bytes[3] + bytes[2] * 256, bytes.length, 256);
  const brands = [text(bytes, 8, 4)];
  for (let at = 16; at + 4 <= length; at += 4) brands.push(text(bytes, at, 4));
  const [major] = brands;
  // Something that moves would lose its movement here: Safari plays such files, most do not.
  if (major === "avis") return { type: null, found: "an AVIF animation" };
  if (MOVING_BRANDS.includes(major)) return { type: null, found: "heic" };
  if (AVIF_BRANDS.includes(major)) return { type: "image/avif", found: "an AVIF picture" };
  if (HEIC_BRANDS.includes(major)) {
    const isAvif = brands.some((brand) => AVIF_BRANDS.includes(brand));
    return isAvif
      ? { type: "image/avif", found: "an AVIF picture" }
      : { type: "image/heic", found: "heic" };
  }
  return { type: null, found: "a video" };
}

function describe(bytes) {
  const start = text(bytes, 0, Math.min(bytes.length, 1024)).trimStart().toLowerCase();
  if (start.includes("<svg")) return "an SVG drawing";
  if (start.startsWith("<!doctype html") || start.startsWith("<html")) return "an HTML page";
  if (start.startsWith("%pdf-")) return "a PDF";
  if (start.startsWith("ii*\0") || start.startsWith("mm\0*")) return "a TIFF picture";
  if (start.startsWith("pk\x03\x04")) return "a ZIP archive";
  if (start.startsWith("\x1a\x45\xdf\xa3")) return "a video";
  return "another kind of file";
}
