// Pictures made smaller: pica's mks2013 filter, which keeps edges as sharp as they were.

let pica = null;

/**
 * @param {ImageBitmap | OffscreenCanvas} source  stays as it is
 * @returns {Promise<OffscreenCanvas>} of exactly this size in pixels, sRGB
 */
export async function resize(source, width, height) {
  if (source.width === width && source.height === height) return draw(source);
  const canvas = new OffscreenCanvas(width, height);
  const { resizer, mustDraw } = await (pica ??= loadPica());
  const isBitmap = source instanceof ImageBitmap;
  await resizer.resize(isBitmap && mustDraw ? draw(source) : source, canvas, { filter: "mks2013" });
  return canvas;
}

/** The size with the same proportions whose longest side is `longest` pixels at most. */
export function fit({ width, height }, longest) {
  const share = Math.min(1, longest / Math.max(width, height));
  const scaled = (side) => Math.max(1, Math.round(side * share));
  return { width: scaled(width), height: scaled(height) };
}

function draw(source) {
  const canvas = new OffscreenCanvas(source.width, source.height);
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(source, 0, 0);
  return canvas;
}

// Pica takes a large bitmap in tiles, but copies it as a whole first where createImageBitmap gets a
// region of a turned one wrong (Chromium does). Its tiles are drawn, though, which is another
// matter, and a copy of fifty megapixels is 200 MB, or more than Safari lets a canvas have.
async function loadPica() {
  const { Pica } = await import("../../vendor/pica/pica.min.mjs");
  // One tile at a time: workers of its own would be blob: scripts, which our pages do not run.
  const resizer = new Pica({ features: ["js", "wasm"], concurrency: 1 });
  await resizer.init();
  resizer.capabilities.bug_image_bitmap_orientation_region = false;
  return { resizer, mustDraw: resizer.capabilities.bug_canvas_orientation_region };
}
