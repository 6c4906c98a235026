// One file on its way from the author's disk into the post.

import { hasFiller } from "../prepare/filler.js";
import { readContainer } from "../prepare/formats/formats.js";
import { identify } from "../prepare/inspect.js";
import { UploadProblem } from "./problem.js";
import { transfer } from "./transfer.js";

const EXTENSIONS = {
  "image/jpeg": ["jpg", "jpeg", "jpe", "jfif"],
  "image/png": ["png"],
  "image/webp": ["webp"],
  "image/gif": ["gif"],
};

// A name that a camera or phone gave says nothing about the picture: IMG_2041, PXL_2026-1122~2.
const CAMERA_NAME = /^(img|dsc[nf]?|pxl|dji|gopr|mvimg|image|photo|picture|screenshot|p)?[\W\d_]*(wa|hdr|edit|copy)?[\W\d_]*$/i;

/**
 * @param {File} file
 * @param {{row: import("./row.js").Row, urls: {reserve: string, complete: string},
 *   maxSize: number, isSeen: boolean, signal: AbortSignal}} context  isSeen: the author was told
 *   that the picture looks damaged, and wants it
 * @returns {Promise<{reference: string, alt: string, note: string | null}>}
 */
export async function upload(file, { row, urls, maxSize, isSeen, signal }) {
  const { blob, bytes, type } = await read(file, maxSize);
  const image = await row.show(blob).catch(() => {
    throw new UploadProblem("broken");
  });
  if (type === "image/jpeg" && !isSeen) {
    const bitmap = await createImageBitmap(image);
    const isGrey = hasFiller(bitmap);
    bitmap.close();
    if (isGrey) throw new UploadProblem("grey");
  }
  const sha256 = await hash(bytes);
  signal.throwIfAborted();

  const { name, isRenamed } = withTrueExtension(file.name, type);
  const { naturalWidth: width, naturalHeight: height } = image;
  const announcement = {
    filename: name,
    alt: "",
    files: [{ role: "main", content_type: type, size: blob.size, sha256, width, height }],
  };
  const confirmed = await once(sha256, signal, () =>
    transfer({
      reserveUrl: urls.reserve,
      completeUrl: urls.complete,
      announcement,
      blob,
      signal,
      onState: (state) => (row.state = state),
      onProgress: (share) => (row.progress = Math.min(share, 0.99)),
    }),
  );
  return { reference: confirmed.reference, alt: altFrom(name), note: isRenamed ? name : null };
}

async function read(file, maxSize) {
  if (!window.isSecureContext) throw new UploadProblem("insecure");
  if (file.size === 0) throw new UploadProblem("empty");
  const limit = `${Math.floor(maxSize / 1e6)} MB`;
  if (file.size > maxSize) throw new UploadProblem("large", { limit });
  const buffer = await file.arrayBuffer().catch(() => {
    throw new UploadProblem("changed");
  });
  const bytes = new Uint8Array(buffer);
  const { type, found } = identify(bytes);
  if (found === "heic") throw new UploadProblem("heic");
  if (!EXTENSIONS[type]) throw new UploadProblem("type", { found });
  const container = readContainer(type, bytes);
  if (!container) throw new UploadProblem("broken");
  const { end } = container;
  // What was read is what is sent, whatever happens to the file on the disk meanwhile.
  const whole = bytes.subarray(0, end);
  return { blob: new Blob([whole], { type }), bytes: whole, type };
}

async function hash(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const running = new Map();

/** The same bytes dropped twice wait for the first to arrive, instead of going twice. */
async function once(sha256, signal, start) {
  const first = running.get(sha256);
  if (first) {
    const result = await Promise.race([first.catch(() => null), aborted(signal)]);
    if (result) return result;
  }
  const promise = start();
  running.set(sha256, promise);
  try {
    return await promise;
  } finally {
    if (running.get(sha256) === promise) running.delete(sha256);
  }
}

function aborted(signal) {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function withTrueExtension(name, type) {
  const [, stem, extension] = /^(.*?)(?:\.([^.]*))?$/s.exec(name);
  if (EXTENSIONS[type].includes(extension?.toLowerCase())) return { name, isRenamed: false };
  return { name: `${stem}.${EXTENSIONS[type][0]}`, isRenamed: true };
}

function altFrom(name) {
  const stem = name.replace(/\.[^.]*$/, "");
  return CAMERA_NAME.test(stem) ? "" : stem.replace(/[-_[\]\\`*<>!\s]+/g, " ").trim();
}
