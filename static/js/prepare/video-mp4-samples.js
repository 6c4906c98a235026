// Where in the file the content of a track stands; ISO/IEC 14496-12, 8.7.

import { descend } from "./video-boxes.js";

const MOST_RANGES = 20_000; // five hours at a chunk a second
const MOST_SAMPLES = 10_000_000;

/**
 * @param {Uint8Array} bytes of moov  @param {object} tables the track's stbl box
 * @returns {{start: number, end: number}[] | null} ranges of the file, in order; null where the
 *   tables are missing or beyond reason
 */
export function findSamples(bytes, tables, fileSize) {
  const box = (type) => {
    const { body, end } = descend(bytes, tables, type) ?? {};
    return body === undefined || end - body < 8 ? null : new DataView(bytes.buffer, body, end - body);
  };
  const [sizes, runs] = [box("stsz"), box("stsc")];
  const large = box("co64");
  const offsets = large ?? box("stco");
  if (!sizes || !runs || !offsets) return null;
  try {
    return merge(chunks(sizes, runs, offsets, large ? 8 : 4), fileSize);
  } catch (error) {
    if (error instanceof RangeError) return null; // a table shorter than it says
    throw error;
  }
}

function* chunks(sizes, runs, offsets, width) {
  const sameSize = sizes.getUint32(4);
  const samples = sizes.getUint32(8);
  let sample = 0;
  let run = 0;
  for (let chunk = 0; chunk < offsets.getUint32(4) && sample < samples; chunk += 1) {
    // 8.7.4: a run says from which chunk on (counted from 1) a chunk has how many samples.
    while (run + 1 < runs.getUint32(4) && runs.getUint32(8 + 12 * (run + 1)) <= chunk + 1) run += 1;
    const perChunk = Math.min(runs.getUint32(12 + 12 * run), samples - sample);
    if (sample + perChunk > MOST_SAMPLES) throw new RangeError("too many samples");
    let length = sameSize * perChunk;
    if (!sameSize) {
      for (let i = 0; i < perChunk; i += 1) length += sizes.getUint32(12 + 4 * (sample + i));
    }
    sample += perChunk;
    const at = 8 + width * chunk;
    const start = width === 8 ? Number(offsets.getBigUint64(at)) : offsets.getUint32(at);
    yield { start, end: start + length };
  }
}

function merge(chunks, fileSize) {
  const ranges = [];
  for (const { start, end } of chunks) {
    if (end > fileSize) return null;
    const last = ranges.at(-1);
    if (last?.end === start) last.end = end;
    else if (end > start) ranges.push({ start, end });
    if (ranges.length > MOST_RANGES) return null;
  }
  return ranges;
}
