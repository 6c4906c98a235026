// One picture, from the author's file to what is uploaded; runs in the worker.

import { UploadProblem } from "../upload/problem.js";
import { checkCanvas } from "./canvas.js";
import { encode } from "./codecs.js";
import { hasFiller } from "./filler.js";
import { readContainer } from "./formats/formats.js";
import { identify } from "./inspect.js";
import { hasLocation } from "./location.js";
import { makeMain } from "./main-file.js";
import { describeFile, withTrueExtension } from "./prepared.js";
import { fit, resize } from "./resize.js";
import { makeVariants, worthwhile } from "./variants.js";

const MOST_BYTES = 50_000_000;
const MOST_PIXELS = 120_000_000;
const LONGEST_SOURCE = 30_000; // pixels
const LONGEST = 2400; // pixels, of what is uploaded
const THUMBNAIL = 128; // pixels
const MUCH_TO_DECODE = 32_000_000; // pixels; where decoding fails, it may be for want of memory

/**
 * @param {{file: Blob, name: string, isSeen: boolean}} request  isSeen: the author was told that
 *   the picture looks damaged, and wants it
 * @returns {Promise<import("./prepared.js").Prepared>}
 * @throws {UploadProblem}
 */
export async function preparePicture({ file, name, isSeen }) {
  const source = await read(file);
  const bitmap = await decode(source);
  const { width, height } = bitmap;
  let pictures;
  try {
    if (source.type === "image/jpeg" && !isSeen && hasFiller(bitmap)) throw new UploadProblem("grey");
    pictures = await (source.container.isAnimated ? keep : encodeAnew)(source, bitmap);
  } finally {
    bitmap.close();
  }
  const { main, variants, thumbnail, isKept } = pictures;
  return {
    kind: "picture",
    name: withTrueExtension(name, main.blob.type),
    files: await Promise.all([
      describeFile("main", main),
      ...variants.map((variant) => describeFile("variant", variant)),
    ]),
    thumbnail,
    hadLocation: hasLocation(source.container.dropped),
    isAnimated: source.container.isAnimated,
    keptOriginal: isKept,
    source: { content_type: source.type, width, height, size: file.size },
  };
}

async function read(file) {
  if (file.size === 0) throw new UploadProblem("empty");
  if (file.size > MOST_BYTES) throw new UploadProblem("large", { limit: `${MOST_BYTES / 1e6} MB` });
  const bytes = new Uint8Array(
    await file.arrayBuffer().catch(() => {
      throw new UploadProblem("changed");
    }),
  );
  const { type, found } = identify(bytes);
  if (!type) throw new UploadProblem(found === "heic" ? "heic" : "type", { found });
  const container = await readContainer(type, bytes);
  if (!container) throw new UploadProblem("broken");
  const { width, height } = container;
  if (width * height > MOST_PIXELS || Math.max(width, height) > LONGEST_SOURCE) {
    throw new UploadProblem("huge", { width: String(width), height: String(height) });
  }
  return { type, container, size: file.size, blob: new Blob([bytes.subarray(0, container.end)], { type }) };
}

async function decode({ type, container, blob }) {
  try {
    return await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch {
    if (type === "image/heic") throw new UploadProblem("heic");
    const isLarge = container.width * container.height > MUCH_TO_DECODE;
    throw new UploadProblem(isLarge ? "memory" : "broken");
  }
}

/** An animation stays as it is, without its metadata, and so without an orientation in them. */
async function keep({ type, container }) {
  const { width, height } = container;
  const blob = new Blob(container.kept, { type });
  const first = await decode({ type, container, blob });
  try {
    const thumbnail = await makeThumbnail(first);
    return { main: { width, height, blob }, variants: [], thumbnail, isKept: true };
  } finally {
    first.close();
  }
}

async function encodeAnew(source, bitmap) {
  checkCanvas();
  const { width, height } = fit(bitmap, LONGEST);
  const canvas = await resize(bitmap, width, height);
  const isSameSize = bitmap.width === width && bitmap.height === height;
  bitmap.close(); // the largest thing in memory is not needed any more
  const [{ blob, isKept }, variants, thumbnail] = await Promise.all([
    makeMain(source, canvas, isSameSize),
    makeVariants(canvas, source.container.isGraphic),
    makeThumbnail(canvas),
  ]);
  const main = { width, height, blob };
  return { main, variants: worthwhile(variants, blob.size), thumbnail, isKept };
}

async function makeThumbnail(source) {
  const { width, height } = fit(source, THUMBNAIL);
  return encode(await resize(source, width, height), { quality: 0.8 });
}
