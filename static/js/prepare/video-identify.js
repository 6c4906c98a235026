// What kind of video a file is, by its first bytes; ISO/IEC 14496-12, 4.3 and RFC 8794, 8.1.

/** So many leading bytes of a file are enough. */
export const HEAD = 4096;

const text = (bytes, start, length) => String.fromCharCode(...bytes.subarray(start, start + length));

// Those that MP4 programs and cameras write, first or among the compatible ones.
const MP4 = /^(iso[m2-9a-c]|mp4[12]|avc1|M4V[ HP]|dash|msdh|msix|MSNV|XAVC|cmf[2cfls]|f4v |hvc1|av01|NDS[CHMPSX])$/;
const PICTURE = /^(hei[cxms]|hev[cxms]|mif[12]|msf1|avif|avis|jp2 |crx )$/;
const SOUND = /^(M4[ABP] |F4[AB] )$/;
const QUICKTIME_ATOMS = ["moov", "mdat", "wide", "free", "skip", "pnot"];

const OTHERS = [
  [/^RIFF[^]{4}AVI /, "an AVI video"],
  [/^FLV\x01/, "a Flash video"],
  [/^0&\xb2u\x8ef\xcf\x11/, "a Windows Media video"],
  [/^OggS/, "an Ogg file"],
  [/^\0\0\x01[\xba\xb3]/, "an MPEG video"],
  [/^G[^]{187}G/, "an MPEG transport stream"],
  [/^[^]{4}G[^]{191}G/, "an AVCHD video (MTS)"],
  [/^(\xff\xd8\xff|\x89PNG|GIF8|RIFF[^]{4}WEBP)/, "a picture"],
];

/**
 * @param {Uint8Array} bytes the first 4 KiB of the file, or all of a smaller one
 * @returns {{type: "video/mp4" | "video/webm" | null, found: string, isVideo: boolean}}
 *   type: one that we take; found: words for what it is; isVideo: it belongs to prepareVideo,
 *   which says what is wrong with a kind that we do not take
 */
export function identifyVideo(bytes) {
  const start = text(bytes, 0, HEAD);
  if (start.startsWith("\x1a\x45\xdf\xa3")) return identifyEbml(start);
  if (start.startsWith("ftyp", 4)) return identifyFtyp(bytes, start);
  // QuickTime before 2001 had no ftyp.
  if (QUICKTIME_ATOMS.includes(start.slice(4, 8))) return video(null, "a QuickTime video");
  const found = OTHERS.find(([signature]) => signature.test(start))?.[1];
  const isVideo = found !== undefined && found !== "a picture";
  return { type: null, found: found ?? "another kind of file", isVideo };
}

function identifyFtyp(bytes, start) {
  const end = Math.min(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), start.length);
  const brand = start.slice(8, 12);
  if (PICTURE.test(brand)) return { type: null, found: "a picture", isVideo: false };
  if (brand === "qt  ") return video(null, "a QuickTime video");
  if (SOUND.test(brand)) return video(null, "a sound recording");
  const brands = [brand];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(start.slice(at, at + 4));
  if (brands.some((each) => MP4.test(each))) return video("video/mp4", "an MP4 video");
  return video(null, /^3g/.test(brand) ? "a 3GP video" : `a video of the kind “${brand.trim()}”`);
}

// Matroska and WebM are the same container; the DocType (0x4282) tells them apart.
function identifyEbml(start) {
  const [, type] = /\x42\x82[\x81-\xff]([a-z]*)/.exec(start) ?? [];
  if (type === "webm") return video("video/webm", "a WebM video");
  return video(null, "a Matroska video (MKV)");
}

function video(type, found) {
  return { type, found, isVideo: true };
}
