// A PNG or APNG, walked chunk by chunk. PNG (Third Edition), 5 and 11.

import { text } from "../inspect.js";

// Besides the critical chunks, whose names begin with a capital letter.
const KEPT = new Set([
  ...["tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI", "sBIT", "pHYs", "bKGD"],
  ...["acTL", "fcTL", "fdAT"],
]);

/** @returns {import("./formats.js").Container | null} null where the picture has no end */
export function readPng(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, 8)];
  const dropped = [];
  let isAnimated = false;
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return null;
    const name = text(bytes, at + 4, 4);
    isAnimated ||= name === "acTL";
    if (/^[A-Z]/.test(name) || KEPT.has(name)) kept.push(bytes.subarray(at, end));
    else dropped.push(bytes.subarray(at + 8, end - 4));
    if (name === "IEND") {
      const [width, height] = [view.getUint32(16), view.getUint32(20)];
      return { width, height, end, isAnimated, isGraphic: true, kept, dropped };
    }
    at = end;
  }
  return null;
}
