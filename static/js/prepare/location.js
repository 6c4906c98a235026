// Whether metadata tell where a picture was taken. Exif 2.32, 4.5.4 and 4.6.6; XMP part 2, 2.5.

const GPS_DIRECTORY = 0x8825;
const [LATITUDE, LONGITUDE] = [2, 4];
const EXIF_MARK = [0x45, 0x78, 0x69, 0x66, 0, 0]; // "Exif" and two zeros

/** @param {Uint8Array[]} metadata  segments or chunks that a container holds beside its picture */
export function hasLocation(metadata) {
  return metadata.some((piece) => tiffs(piece).some(hasGps) || hasXmpLocation(piece));
}

// In a JPEG and a HEIF the TIFF structure follows the mark; in a PNG and a WebP it stands alone.
function tiffs(piece) {
  const found = [piece];
  for (let at = piece.indexOf(EXIF_MARK[0]); at >= 0; at = piece.indexOf(EXIF_MARK[0], at + 1)) {
    if (EXIF_MARK.every((byte, index) => piece[at + index] === byte)) {
      found.push(piece.subarray(at + EXIF_MARK.length));
    }
  }
  return found;
}

function hasGps(tiff) {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 14 || ![0x4949, 0x4d4d].includes(view.getUint16(0))) return false;
  const isLittle = tiff[0] === 0x49;
  if (view.getUint16(2, isLittle) !== 42) return false;
  const directory = entries(view, view.getUint32(4, isLittle), isLittle).get(GPS_DIRECTORY);
  if (directory === undefined) return false;
  const gps = entries(view, directory, isLittle);
  return gps.has(LATITUDE) || gps.has(LONGITUDE);
}

// Only as far as the bytes reach: nothing in here can loop or fail.
function entries(view, start, isLittle) {
  const found = new Map();
  if (start + 2 > view.byteLength) return found;
  const end = start + 2 + 12 * view.getUint16(start, isLittle);
  for (let at = start + 2; at < end && at + 12 <= view.byteLength; at += 12) {
    found.set(view.getUint16(at, isLittle), view.getUint32(at + 8, isLittle));
  }
  return found;
}

function hasXmpLocation(piece) {
  return new TextDecoder("latin1").decode(piece).includes("GPSLatitude");
}
