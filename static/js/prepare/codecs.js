// A canvas as a file: WebP by the browser, else by libwebp in wasm, else a JPEG or a PNG.

import { pixels } from "./canvas.js";
import { isLossless as isLosslessWebp } from "./formats/webp.js";

const WEBP = "image/webp";

/**
 * @param {OffscreenCanvas} canvas
 * @param {{quality: number} | {isLossless: true}} options  quality from 0 to 1
 * @returns {Promise<Blob>} its type says what it truly became
 */
export async function encode(canvas, options) {
  return (
    (await encodeInBrowser(canvas, options)) ??
    (await encodeInWasm(canvas, options)) ??
    (await encodeOtherwise(canvas, options))
  );
}

// A browser that cannot encode WebP answers with a PNG (HTML, 4.12.5.1.8), and one that can may
// not know that the highest quality means: without loss.
async function encodeInBrowser(canvas, { quality, isLossless }) {
  const blob = await canvas.convertToBlob({ type: WEBP, quality: isLossless ? 1 : quality });
  if (blob.type !== WEBP) return null;
  if (isLossless && !isLosslessWebp(new Uint8Array(await blob.arrayBuffer()))) return null;
  return blob;
}

let libwebp = null;

async function encodeInWasm(canvas, { quality, isLossless }) {
  try {
    libwebp ??= loadLibwebp();
    const { encoder, defaultOptions } = await libwebp;
    const { data, width, height } = pixels(canvas);
    const chosen = isLossless ? { lossless: 1 } : { quality: quality * 100 };
    const bytes = encoder.encode(data, width, height, { ...defaultOptions, ...chosen });
    return bytes ? new Blob([bytes], { type: WEBP }) : null;
  } catch (error) {
    console.warn("WebP cannot be made here:", error);
    return null;
  }
}

async function loadLibwebp() {
  const [{ default: start }, { defaultOptions }] = await Promise.all([
    import("../../vendor/jsquash-webp/webp_enc_simd.js"),
    import("../../vendor/jsquash-webp/meta.js"),
  ]);
  return { encoder: await start(), defaultOptions };
}

function encodeOtherwise(canvas, { quality, isLossless }) {
  return isLossless || hasTransparency(canvas)
    ? canvas.convertToBlob({ type: "image/png" })
    : canvas.convertToBlob({ type: "image/jpeg", quality });
}

function hasTransparency(canvas) {
  const { data } = pixels(canvas);
  for (let at = 3; at < data.length; at += 4) if (data[at] < 255) return true;
  return false;
}
