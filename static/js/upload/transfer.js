// A prepared picture or video on its way into the library: reserve at the blog, send every file to
// the bucket, confirm at the blog. What fails on the way is tried again with fresh signatures.

import { ask } from "./ask.js";
import { Lane } from "./lane.js";
import { sendParts } from "./parts.js";
import { persist } from "./persistence.js";
import { send } from "./send.js";

const bucketLane = new Lane(6); // files; browsers open no more connections to one host

/**
 * @param {{urls: {reserve: string, complete: string}, name: string, files: object[],
 *   signal: AbortSignal, onReserved: (id: number, uploads: object[]) => void, onState: (state: string) => void,
 *   onProgress: (progress: {acknowledged: number, sent: number, total: number}) => void}} job
 *   files as prepared, the main one first; bytes
 * @returns {Promise<{id: number, url: string, reference: string, isPartial: boolean}>}  isPartial:
 *   some of the other files could not be stored
 * @throws {UploadProblem | DOMException}
 */
export function transfer(job) {
  const progress = new Progress(job.files, job.onProgress);
  return persist((isLast) => attemptOnce(job, progress, isLast), job);
}

async function attemptOnce(job, progress, isLast) {
  const { urls, name, files, signal } = job;
  job.onState("uploading");
  const announced = files.map(({ role, content_type, size, sha256, width, height }) => (
    { role, content_type, size, sha256, width, height }
  ));
  const reserved = await ask(urls.reserve, { filename: name, alt: "", files: announced }, signal);
  job.onReserved(reserved.id, reserved.uploads);
  const outcomes = await Promise.allSettled(
    reserved.uploads.map((upload, index) => sendFile(upload, files[index], job, progress)),
  );
  signal.throwIfAborted();
  if (outcomes[0].status === "rejected") throw outcomes[0].reason;
  job.onState("checking");
  try {
    const confirmed = await ask(urls.complete.replace("/0/", `/${reserved.id}/`), {}, signal);
    return { ...confirmed, isPartial: false };
  } catch (error) {
    if (error.answer?.role) progress.forget(error.answer.role);
    // The picture itself is there: what else of it could not come is no reason to fail.
    const reason = outcomes.find(({ status }) => status === "rejected")?.reason;
    const isHopeless = isLast || (reason && !reason.isTemporary);
    if (error.answer?.reference && isHopeless) return { ...error.answer, isPartial: true };
    throw error;
  }
}

async function sendFile(upload, file, { signal, onState }, progress) {
  if (upload.method === null || progress.isSent(file)) {
    progress.acknowledge(file, file.size);
  } else if (upload.method === "PARTS") {
    await sendParts(upload, file, {
      signal,
      onState,
      onSent: (bytes) => progress.send(file, bytes),
      onAcknowledged: (bytes) => progress.acknowledge(file, bytes),
    });
  } else {
    const onSent = (bytes) => progress.send(file, bytes);
    await bucketLane.run(() => send(upload, file.blob, { signal, onSent }), signal)
      .finally(() => progress.send(file, 0));
    progress.acknowledge(file, file.size);
  }
}

/** Bytes of each file: on their way, and acknowledged by the bucket, which alone is progress. */
class Progress {
  #files;
  #report;
  #sent = new Map();
  #acknowledged = new Map();

  constructor(files, report) {
    this.#files = files;
    this.#report = report;
  }

  isSent = (file) => this.#acknowledged.get(file) === file.size;

  send(file, bytes) {
    this.#sent.set(file, bytes);
    this.#tell();
  }

  acknowledge(file, bytes) {
    this.#acknowledged.set(file, bytes);
    this.#tell();
  }

  /** The blog found that what arrived in this role is not what it should be. */
  forget(role) {
    for (const file of this.#files) {
      if (file.role === role) this.#acknowledged.delete(file);
    }
  }

  #tell() {
    const sum = (map) => [...map.values()].reduce((all, bytes) => all + bytes, 0);
    const acknowledged = sum(this.#acknowledged);
    this.#report({
      acknowledged,
      sent: acknowledged + sum(this.#sent),
      total: this.#files.reduce((all, { size }) => all + size, 0),
    });
  }
}
