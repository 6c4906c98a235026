// Hashes one file in slices, so that its size in memory does not depend on its size on disk.

import "../../vendor/hash-wasm/sha256.umd.min.js"; // for its effect: globalThis.hashwasm

const SLICE = 8 * 1024 * 1024;

self.addEventListener("message", async ({ data: { blob, partSize } }) => {
  try {
    self.postMessage({ result: await hash(blob, partSize) });
  } catch (error) {
    // A file that was changed or removed after it was dropped cannot be read any more.
    const isUnreadable = ["NotReadableError", "NotFoundError"].includes(error.name);
    if (!isUnreadable && !(error instanceof RangeError)) throw error;
    self.postMessage({ problem: isUnreadable ? "changed" : "memory" });
  }
});

async function hash(blob, partSize) {
  const whole = await newHasher();
  const parts = partSize ? new Parts(await newHasher(), partSize) : null;
  let next = readAt(blob, 0);
  for (let at = 0; at < blob.size; at += SLICE) {
    const bytes = new Uint8Array(await next);
    next = readAt(blob, at + SLICE); // from the disk, while these are hashed
    whole.update(bytes);
    parts?.update(bytes);
    self.postMessage({ read: at + bytes.length });
  }
  return { sha256: whole.digest(), ...(parts && { digests: parts.end() }) };
}

function newHasher() {
  return globalThis.hashwasm.createSHA256(); // ready for its first update
}

function readAt(blob, at) {
  const bytes = blob.slice(at, at + SLICE).arrayBuffer();
  bytes.catch(() => {}); // said where it is awaited, unless another error came first
  return bytes;
}

class Parts {
  #digests = [];
  #hasher;
  #size;
  #room;

  constructor(hasher, size) {
    this.#hasher = hasher;
    this.#size = this.#room = size;
  }

  update(bytes) {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + this.#room);
      this.#hasher.update(piece);
      this.#room -= piece.length;
      at += piece.length;
      if (this.#room === 0) this.#finish();
    }
  }

  end() {
    if (this.#room < this.#size) this.#finish();
    return this.#digests;
  }

  #finish() {
    this.#digests.push(this.#hasher.digest());
    this.#hasher.init();
    this.#room = this.#size;
  }
}
