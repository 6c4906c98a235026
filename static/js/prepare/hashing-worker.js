// Hashes one file in slices, so that its size in memory does not depend on its size on disk.

import "../../vendor/hash-wasm/sha256.umd.min.js"; // for its effect: globalThis.hashwasm

const SLICE = 8 * 1024 * 1024;

self.addEventListener("message", async ({ data: { blob, partSize } }) => {
  try {
    self.postMessage({ result: await hash(blob, partSize) });
  } catch (error) {
    // A file that was changed or removed after it was dropped cannot be read any more.
    const isUnreadable = ["NotReadableError", "NotFoundError"].includes(error.name);
    const isMemory = error instanceof RangeError;
    self.postMessage({ problem: isUnreadable ? "changed" : isMemory ? "memory" : "server" });
  }
});

async function hash(blob, partSize) {
  const whole = await globalThis.hashwasm.createSHA256(); // ready for its first update
  const parts = partSize ? new Parts(partSize) : null;
  let next = readAt(blob, 0);
  for (let at = 0; at < blob.size; at += SLICE) {
    const bytes = await next;
    next = readAt(blob, at + SLICE); // from the disk, while these are hashed
    const read = at + bytes.byteLength;
    whole.update(new Uint8Array(bytes));
    await parts?.update(bytes);
    self.postMessage({ read });
  }
  return { sha256: whole.digest(), ...(parts && { digests: await parts.end() }) };
}

function readAt(blob, at) {
  const bytes = blob.slice(at, at + SLICE).arrayBuffer();
  bytes.catch(() => {}); // said where it is awaited, unless another error came first
  return bytes;
}

/** The same bytes once more in a second worker: the file is read once, and hashed twice at a time. */
class Parts {
  #worker = new Worker(new URL("./hashing-parts-worker.js", import.meta.url), { type: "module" });
  #answer;

  constructor(partSize) {
    this.#answer = this.#ask({ partSize });
  }

  /** Gives the buffer away; waits until the one before is hashed, so that they never pile up. */
  async update(buffer) {
    await this.#answer;
    this.#answer = this.#ask({ buffer }, [buffer]);
  }

  async end() {
    await this.#answer;
    return this.#ask({ isEnd: true });
  }

  #ask(message, transfer = []) {
    const answer = new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => resolve(data);
      this.#worker.onerror = () => reject(new Error("The worker for parts failed."));
    });
    answer.catch(() => {}); // said where it is awaited
    this.#worker.postMessage(message, transfer);
    return answer;
  }
}
