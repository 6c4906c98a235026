// AVIF variants, made in the background from a main file that is ready; runs in a worker.

import { pixels } from "./canvas.js";
import { describeFile } from "./prepared.js";
import { resize } from "./resize.js";

const QUALITY = 60; // of libavif's 100
const SPEED = 8; // 0 is the slowest and smallest, 10 the fastest

let libavif = null;

/**
 * @param {{main: Blob, sizes: {width: number, height: number}[]}} request
 * @returns {Promise<import("./prepared.js").PreparedFile[]>} one for each size
 */
export async function makeAvif({ main, sizes }) {
  libavif ??= load();
  const { encoder, defaultOptions } = await libavif;
  const bitmap = await createImageBitmap(main);
  try {
    const files = [];
    for (const { width, height } of sizes) {
      const { data } = pixels(await resize(bitmap, width, height));
      const options = { ...defaultOptions, quality: QUALITY, speed: SPEED };
      const bytes = encoder.encode(new Uint8Array(data.buffer), width, height, options);
      if (!bytes) throw new Error("AVIF cannot be made here.");
      const blob = new Blob([bytes], { type: "image/avif" });
      files.push(await describeFile("variant", { width, height, blob }));
    }
    return files;
  } finally {
    bitmap.close();
  }
}

async function load() {
  const [{ default: start }, { defaultOptions }] = await Promise.all([
    import("../../vendor/jsquash-avif/avif_enc.js"),
    import("../../vendor/jsquash-avif/meta.js"),
  ]);
  return { encoder: await start(), defaultOptions };
}
