// SHA-256 of files of any size, outside the main thread, a few megabytes at a time.

import { UploadProblem } from "../upload/problem.js";
import { PARTS_ABOVE, partSize } from "./parts.js";

/**
 * The hash of a file, and of each part that it will be sent in, in one pass over it.
 * @param {Blob} blob
 * @param {{signal?: AbortSignal, onProgress?: (share: number) => void}} [options]  share: 0 to 1
 * @returns {Promise<{sha256: string, digests?: string[]}>} in hex; digests only where it is large
 *   enough to go in parts
 * @throws {UploadProblem | DOMException} changed, memory, server; AbortError where it was cancelled
 */
export async function hashFile(blob, { signal, onProgress } = {}) {
  signal?.throwIfAborted();
  const worker = new Worker(new URL("./hashing-worker.js", import.meta.url), { type: "module" });
  const ended = new AbortController();
  try {
    return await new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { signal: ended.signal });
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        reject(new UploadProblem("server")); // its script did not come
      });
      worker.addEventListener("message", ({ data: { read, problem, result } }) => {
        if (problem) reject(new UploadProblem(problem));
        else if (result) resolve(result);
        else onProgress?.(read / blob.size);
      });
      worker.postMessage({ blob, partSize: blob.size > PARTS_ABOVE ? partSize(blob.size) : null });
    });
  } finally {
    ended.abort();
    worker.terminate(); // in the middle too: what it was doing is of no use to anybody
  }
}

/** @param {Blob} blob a small one  @returns {Promise<string>} its SHA-256, in hex */
export async function hashSmall(blob) {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
