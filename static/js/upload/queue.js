// All uploads of this page, and those that an earlier visit has left behind.

import { AvifMaker } from "./avif-maker.js";
import { hold, jobStore } from "./job-store.js";
import { Job } from "./job.js";
import { Lane } from "./lane.js";
import { aborted } from "./persistence.js";
import { prepare } from "./prepare.js";

const AGAIN = 30_000; // milliseconds until what failed for a while is tried by itself
const REMEMBERED = 7 * 24 * 3600 * 1000; // milliseconds for which a finished upload is known

/** Says "change" when a job comes, goes or changes. */
export class Queue extends EventTarget {
  urls;
  jobs = [];
  ahead = new Lane(8); // jobs between prepared and sent: what is held in memory, however many wait
  sending = new Lane(3);
  avif;
  #releases = new Map();
  #running = new Map();
  #keeping = new Lane(1);

  /** @param {{reserve: string, complete: string, cancel: string}} urls */
  constructor(urls) {
    super();
    this.urls = urls;
    this.avif = new AvifMaker(this);
    setInterval(() => this.#tryAgain(), AGAIN);
    window.addEventListener("online", () => this.#tryAgain());
  }

  get isBusy() {
    return this.jobs.some((job) => job.isActive);
  }

  /** Whether leaving the page now would lose something that is not kept, or not kept whole. */
  get wouldLose() {
    return this.jobs.some((job) => job.isActive && !job.isKept);
  }

  /** The interrupted job that waits for this file to be dropped again, if there is one. */
  findInterrupted(file) {
    return this.jobs.find(({ state, name, size }) => (
      state === "needs-file" && name === file.name && size === file.size
    ));
  }

  /** Takes a file that was dropped. */
  add(file, mark) {
    const id = crypto.randomUUID();
    const record = { id, createdAt: Date.now(), name: file.name, size: file.size, mark, prepared: null };
    const job = this.#register(new Job(record, this, { file }));
    job.run();
    return job;
  }

  /** Keeps what the job is made of in the browser's store, one file after the other. */
  keep(job) {
    if (!this.#releases.has(job.id)) this.#releases.set(job.id, hold(job.id));
    this.#keeping.run(() => job.isActive && !job.isKept && job.keep());
  }

  /** Goes on with what other visits have left and no other tab is at. */
  async resume() {
    for (const record of await jobStore.all()) {
      if (record.finishedAt < Date.now() - REMEMBERED) jobStore.drop(record.id);
      if (record.finishedAt || this.jobs.some(({ id }) => id === record.id)) continue;
      const release = await hold(record.id);
      if (!release) continue;
      if (!(await jobStore.get(record.id))) release(); // another tab finished it in this moment
      else if (record.avifSizes) this.avif.add(record.id, release);
      else this.#adopt(record, release);
    }
  }

  /** What became of the upload that stands in a text as this mark: its record, or nothing. */
  async findByMark(mark) {
    return (await jobStore.all()).find((record) => record.mark === mark);
  }

  prepare = prepare;

  /** Starts the transfer, unless the same bytes are on their way already: then theirs is awaited. */
  async once(sha256, signal, start) {
    const first = this.#running.get(sha256);
    if (first) {
      const result = await Promise.race([first.catch(() => null), aborted(signal)]);
      if (result) return result;
    }
    const promise = start();
    this.#running.set(sha256, promise);
    try {
      return await promise;
    } finally {
      if (this.#running.get(sha256) === promise) this.#running.delete(sha256);
    }
  }

  isSharing(job) {
    return this.jobs.some((other) => (
      other !== job && other.isActive && other.prepared?.files[0].sha256 === job.prepared?.files[0].sha256
    ));
  }

  /** @returns {Promise<boolean>} whether the browser has it now */
  async write(record) {
    return jobStore.put(record).then(() => true, () => false);
  }

  read = (id) => jobStore.get(id).catch(() => null);

  async finish(job) {
    const { id, mark, name, result } = job;
    await this.write({ id, mark, name, result, createdAt: Date.now(), finishedAt: Date.now() });
    this.#release(id);
    await this.avif.consider(job);
  }

  async forget(job) {
    job.isKept = false;
    await jobStore.drop(job.id);
    this.#release(job.id);
  }

  dismiss(job) {
    this.jobs = this.jobs.filter((other) => other !== job);
    if (job.state !== "done") this.forget(job);
    this.dispatchEvent(new Event("change"));
  }

  #tryAgain() {
    for (const job of this.jobs) {
      if (job.state === "failed" && job.problem.isTemporary) job.run();
    }
  }

  #adopt(record, release) {
    this.#releases.set(record.id, release);
    const job = this.#register(new Job(record, this, { isKept: true }));
    this.dispatchEvent(new CustomEvent("resumed", { detail: job }));
    if (job.state !== "needs-file") job.run();
  }

  #register(job) {
    this.jobs = [...this.jobs, job];
    job.addEventListener("change", () => this.dispatchEvent(new Event("change")));
    return job;
  }

  async #release(id) {
    const release = await this.#releases.get(id);
    this.#releases.delete(id);
    release?.();
  }
}
