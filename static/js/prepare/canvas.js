// Whether canvases can be trusted here: browsers that hide from trackers answer with noise, or with
// blank paper, where a page reads a canvas, and would make that of every picture.

import { UploadProblem } from "../upload/problem.js";

const SIDE = 16; // pixels
const FUZZ = 2; // of 255; Brave changes the lowest bit of some pixels, which nobody sees

let isTrusted = null;

/** @throws {UploadProblem} canvas */
export function checkCanvas() {
  isTrusted ??= givesBack();
  if (!isTrusted) throw new UploadProblem("canvas");
}

/** Whether two canvases of one size show the same; how much of a picture says how it is turned. */
export function areAlike(one, other) {
  return isNear(pixels(one).data, pixels(other).data);
}

/** @returns {ImageData} */
export function pixels(canvas) {
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
}

function givesBack() {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const drawn = context.createImageData(SIDE, SIDE);
  for (let at = 0; at < drawn.data.length; at += 1) drawn.data[at] = at % 4 === 3 ? 255 : at % 251;
  context.putImageData(drawn, 0, 0);
  return isNear(drawn.data, pixels(canvas).data);
}

function isNear(data, others) {
  for (let at = 0; at < data.length; at += 1) {
    if (Math.abs(data[at] - others[at]) > FUZZ) return false;
  }
  return true;
}
