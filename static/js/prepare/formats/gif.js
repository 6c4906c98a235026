// A GIF, walked block by block. GIF89a, 17 to 27.

import { text } from "../inspect.js";

const [EXTENSION, IMAGE, TRAILER] = [0x21, 0x2c, 0x3b];
const [PLAIN_TEXT, GRAPHIC_CONTROL, APPLICATION] = [0x01, 0xf9, 0xff];
const LOOPS = ["NETSCAPE2.0", "ANIMEXTS1.0"]; // how often an animation is repeated

/** @returns {import("./formats.js").Container | null} null where the picture has no end */
export function readGif(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  let at = 13 + tableSize(bytes[10]);
  const kept = [bytes.subarray(0, at)];
  const dropped = [];
  let control = null; // belongs to the block that follows it
  let frames = 0;
  while (at < bytes.length) {
    const start = at;
    if (bytes[at] === TRAILER) {
      kept.push(bytes.subarray(at, at + 1));
      return { width, height, end: at + 1, isAnimated: frames > 1, isGraphic: true, kept, dropped };
    }
    if (bytes[at] === IMAGE) {
      at = skipBlocks(bytes, at + 11 + tableSize(bytes[at + 9]));
      kept.push(...(control ? [control] : []), bytes.subarray(start, at));
      control = null;
      frames += 1;
    } else if (bytes[at] === EXTENSION) {
      at = skipBlocks(bytes, at + 2);
      const block = bytes.subarray(start, at);
      if (block[1] === GRAPHIC_CONTROL) control = block;
      else if (isLoop(block)) kept.push(block);
      else dropped.push(block);
      if (block[1] === PLAIN_TEXT) control = null;
    } else {
      at += 1; // stray bytes between blocks are forgiven, as browsers do
    }
  }
  return null;
}

function tableSize(flags) {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

function isLoop(block) {
  return block[1] === APPLICATION && LOOPS.includes(text(block, 3, 11));
}

function skipBlocks(bytes, from) {
  let at = from;
  while (bytes[at] > 0) at += 1 + bytes[at];
  return at + 1;
}
