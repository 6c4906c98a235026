// Makes a dropped file ready for the web. What does it is loaded when the first file is dropped.

import { Lane } from "./lane.js";
import { temporary, UploadProblem } from "./problem.js";

let preparer = null;
const videos = new Lane(1);

/**
 * @param {File} file
 * @param {{name: string, isSeen: boolean, signal: AbortSignal, onKind: (kind: string) => void,
 *   onProgress: (share: number) => void}} job
 * @returns {Promise<object>} what is to be uploaded: static/js/prepare/preparer.js says its shape
 * @throws {UploadProblem | DOMException}
 */
export async function prepare(file, { name, isSeen, signal, onKind, onProgress }) {
  const { HEAD, identifyVideo } = await load("../prepare/video-identify.js");
  const head = await file.slice(0, HEAD).arrayBuffer().catch(() => {
    throw new UploadProblem("changed");
  });
  if (identifyVideo(new Uint8Array(head)).isVideo) {
    onKind("video");
    const { prepareVideo } = await load("../prepare/video.js");
    const start = () => prepareVideo(file, { name, signal, onProgress });
    return whereTemporary(videos.run(start, signal));
  }
  onKind("picture");
  const preparer = await loadPreparer();
  return whereTemporary(preparer.prepare(file, { name, isSeen, signal }));
}

export async function makeAvif(main, sizes, signal) {
  return (await loadPreparer()).makeAvif(main, sizes, { signal });
}

async function loadPreparer() {
  const { Preparer } = await load("../prepare/preparer.js");
  preparer ??= new Preparer();
  return preparer;
}

/** What a worker could not fetch for its work it can fetch later. */
function whereTemporary(preparing) {
  return preparing.catch((error) => {
    throw error.name === "server" ? temporary("server") : error;
  });
}

/** A part of the blog that could not be fetched is asked for again later, as everything is. */
function load(path) {
  return import(path).catch(() => {
    throw temporary("server");
  });
}
