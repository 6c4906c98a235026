// A large file in parts: each signed on request, sent, and tried again on its own.

import { ask } from "./ask.js";
import { Lane } from "./lane.js";
import { persist } from "./persistence.js";
import { send } from "./send.js";

const AT_ONCE = 4;
const SIGNED_TOGETHER = 16; // parts; fewer questions to the blog, and none is signed long before use

/**
 * Sends the parts that the bucket does not have.
 * @param {{url: string, part_size: number, parts: number, arrived: {number: number, size: number,
 *   sha256: string | null}[]}} upload  as reserved
 * @param {{blob: Blob, size: number, digests: string[]}} file
 * @param {{signal: AbortSignal, onState: (state: string) => void,
 *   onSent: (bytes: number) => void, onAcknowledged: (bytes: number) => void}} job
 */
export async function sendParts(upload, file, { signal, onState, onSent, onAcknowledged }) {
  const all = Array.from({ length: upload.parts }, (_, index) => describe(index + 1));
  const arrived = new Map(upload.arrived.map((part) => [part.number, part]));
  const missing = all.filter((part) => !isThere(part, arrived.get(part.number)));
  const onTheirWay = new Map();
  let acknowledged = total(all) - total(missing);
  onAcknowledged(acknowledged);
  const signer = new Signer(upload.url, missing, signal);
  const lane = new Lane(AT_ONCE);
  const stop = new AbortController(); // one part that cannot be sent stops the others
  signal.addEventListener("abort", () => stop.abort(signal.reason), { once: true });
  const either = stop.signal;
  await Promise.all(missing.map((part) => lane.run(() => sendPart(part), either))).catch((error) => {
    stop.abort(error);
    throw error;
  });

  function describe(number) {
    const start = (number - 1) * upload.part_size;
    const size = Math.min(upload.part_size, file.size - start);
    return { number, start, size, sha256: file.digests[number - 1] };
  }

  async function sendPart(part) {
    const report = (bytes) => {
      onTheirWay.set(part.number, bytes);
      onSent(sum([...onTheirWay.values()]));
    };
    const attempt = async () => {
      const signed = await signer.sign(part);
      either.throwIfAborted();
      onState("uploading");
      const blob = file.blob.slice(part.start, part.start + part.size);
      await send(signed, blob, { signal: either, onSent: report }).catch((error) => {
        report(0);
        signer.forget(part);
        throw error;
      });
    };
    await persist(attempt, { signal: either, onState });
    report(0);
    acknowledged += part.size;
    onAcknowledged(acknowledged);
  }
}

// A store that tells no checksum is believed by the size; the completion looks at the whole.
const isThere = (part, arrived) =>
  arrived?.size === part.size && (arrived.sha256 ?? part.sha256) === part.sha256;

const total = (parts) => sum(parts.map(({ size }) => size));
const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);

class Signer {
  #url;
  #unsigned;
  #signed = new Map();
  #asking = Promise.resolve();
  #signal;

  constructor(url, parts, signal) {
    this.#url = url;
    this.#unsigned = new Set(parts);
    this.#signal = signal;
  }

  /** The signed upload of the part; asks for those that come next, too. */
  async sign(part) {
    const ready = this.#asking.then(() => this.#signed.get(part.number) ?? this.#ask(part));
    this.#asking = ready.catch(() => {});
    return ready;
  }

  forget(part) {
    this.#signed.delete(part.number);
    this.#unsigned.add(part);
  }

  async #ask(part) {
    this.#unsigned.delete(part);
    const together = [part, ...[...this.#unsigned].slice(0, SIGNED_TOGETHER - 1)];
    const parts = together.map(({ number, size, sha256 }) => ({ number, size, sha256 }));
    const answer = await ask(this.#url, { parts }, this.#signal);
    for (const one of together) this.#unsigned.delete(one);
    for (const signed of answer.parts) this.#signed.set(signed.number, signed);
    return this.#signed.get(part.number);
  }
}
