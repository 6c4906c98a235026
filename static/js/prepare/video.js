// Makes a video ready for the bucket: checked, freed of the place where it was taken, hashed, and
// with a poster. Its size never matters to memory; its pictures and sound are not touched.

import { UploadProblem } from "../upload/problem.js";
import { hashFile, hashSmall } from "./hashing.js";
import { readBytes, withPatches } from "./video-bytes.js";
import { watch } from "./video-frame.js";
import { HEAD, identifyVideo } from "./video-identify.js";
import { inspectMp4 } from "./video-mp4.js";
import { inspectWebm } from "./video-webm.js";

export { identifyVideo };

const MOST_BYTES = 5_000_000_000;
const EXTENSIONS = { "video/mp4": ["mp4", "m4v"], "video/webm": ["webm"] };

// Names that people know, by the ones in the files.
const CODECS = {
  hvc1: "H.265",
  hev1: "H.265",
  dvh1: "Dolby Vision",
  dvhe: "Dolby Vision",
  avc1: "H.264",
  avc3: "H.264",
  av01: "AV1",
  vp09: "VP9",
  mp4v: "MPEG-4 Visual",
  V_VP8: "VP8",
  V_VP9: "VP9",
  V_AV1: "AV1",
};

/**
 * @param {File | Blob} file
 * @param {{name: string, signal?: AbortSignal, onProgress?: (share: number) => void}} options
 *   onProgress: how much of it is hashed, 0 to 1, which takes nearly all the time
 * @returns {Promise<object>} kind, name, files, thumbnail (null where the browser shows no picture),
 *   hadLocation, isAnimated, keptOriginal, source; the main file has digests where it is large
 * @throws {UploadProblem | DOMException} insecure, empty, large, quicktime, type, broken, not-video,
 *   unplayable, changed, memory, server; AbortError where it was cancelled
 */
export async function prepareVideo(file, { name, signal, onProgress }) {
  signal?.throwIfAborted();
  const type = await identify(file);
  const inspect = type === "video/mp4" ? inspectMp4 : inspectWebm;
  const { patches, hadLocation, hasPicture, codec } = await inspect(file, signal);
  if (!hasPicture) throw new UploadProblem("not-video");
  const blob = withPatches(file, patches, type);
  const named = CODECS[codec] ?? (codec || "unknown");
  const { width, height, poster, thumbnail } = await watch(blob, { codec: named, signal });
  const hashes = await hashFile(blob, { signal, onProgress });

  const main = { role: "main", content_type: type, width, height, size: blob.size, ...hashes, blob };
  return {
    kind: "video",
    name: withTrueExtension(name, type),
    files: poster ? [main, await describePoster(poster)] : [main],
    thumbnail,
    hadLocation,
    isAnimated: false,
    keptOriginal: patches.length === 0,
    source: { content_type: type, width, height, size: file.size, codec: named },
  };
}

async function identify(file) {
  if (!window.isSecureContext) throw new UploadProblem("insecure");
  if (file.size === 0) throw new UploadProblem("empty");
  if (file.size > MOST_BYTES) throw new UploadProblem("large", { limit: "5 GB" });
  const { type, found } = identifyVideo(await readBytes(file, 0, HEAD));
  if (found === "a QuickTime video") throw new UploadProblem("quicktime");
  if (!type) throw new UploadProblem("type", { found });
  return type;
}

async function describePoster({ blob, width, height }) {
  const sha256 = await hashSmall(blob);
  return { role: "poster", content_type: blob.type, width, height, size: blob.size, sha256, blob };
}

function withTrueExtension(name, type) {
  const [, stem, extension] = /^(.*?)(?:\.([^.]*))?$/s.exec(name);
  return EXTENSIONS[type].includes(extension?.toLowerCase()) ? name : `${stem}.${EXTENSIONS[type][0]}`;
}
