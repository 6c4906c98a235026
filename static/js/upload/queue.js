// All uploads of this page, and those that an earlier visit has left behind.

import { AvifMaker } from "./avif-maker.js";
import { hold, jobStore } from "./job-store.js";
import { Job, newId } from "./job.js";
import { Lane } from "./lane.js";
import { aborted } from "./persistence.js";
import { prepare } from "./prepare.js";

const AGAIN = 30_000; // milliseconds until what failed for a while is tried by itself
const REMEMBERED = 7 * 24 * 3600 * 1000; // milliseconds for which a finished upload is known

/** Says "change" when a job comes, goes or changes. */
export class Queue extends EventTarget {
  urls;
  owner;
  jobs = [];
  ahead = new Lane(8); // jobs between prepared and sent: what is held in memory, however many wait
  sending = new Lane(3);
  avif;
  #releases = new Map();
  #running = new Map();
  #ticks = new Map();
  #keeping = new Lane(1);

  /**
   * @param {{reserve: string, complete: string, cancel: string}} urls
   * @param {string} owner  whose uploads these are: another author at this browser has others
   */
  constructor(urls, owner) {
    super();
    this.urls = urls;
    this.owner = owner;
    this.avif = new AvifMaker(this);
    setInterval(() => this.#tryAgain(), AGAIN);
    window.addEventListener("online", () => this.#tryAgain({ isOnline: true }));
  }

  get isBusy() {
    return this.jobs.some((job) => job.isActive);
  }

  /** Whether leaving the page now would lose something that is not kept, or not kept whole. */
  get wouldLose() {
    return this.jobs.some((job) => (job.isActive || job.problem?.isTemporary) && !job.isKept);
  }

  /** The interrupted job that waits for this file to be dropped again, if there is one. */
  findInterrupted(file) {
    return this.jobs.find(({ state, name, size }) => (
      state === "needs-file" && name === file.name && size === file.size
    ));
  }

  /** Takes a file that was dropped. */
  add(file, mark) {
    const record = { id: newId(), owner: this.owner, createdAt: Date.now(), name: file.name, size: file.size, mark, prepared: null };
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
    for (const { id, owner, finishedAt } of await jobStore.all()) {
      if (finishedAt < Date.now() - REMEMBERED) jobStore.drop(id);
      if (finishedAt || owner !== this.owner || this.jobs.some((job) => job.id === id)) continue;
      const release = await hold(id);
      if (!release) continue;
      const record = await this.read(id);
      if (!record || record.finishedAt) release(); // another tab finished it in this moment
      else if (record.avifSizes) this.avif.add(id, release);
      else this.#adopt(record, release);
    }
  }

  /** What became of the upload that stands in a text as this mark: its record, or nothing. */
  async findByMark(mark) {
    const records = await jobStore.all();
    return records.find((record) => record.mark === mark && record.owner === this.owner);
  }

  prepare = prepare;

  /** Starts the transfer, unless the same bytes are on their way already: then theirs is awaited. */
  async once(sha256, signal, start) {
    while (this.#running.has(sha256)) {
      const first = this.#running.get(sha256).catch(() => null);
      const result = await Promise.race([first, aborted(signal)]);
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
    await this.write({ id, owner: this.owner, mark, name, result, createdAt: Date.now(), finishedAt: Date.now() });
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

  // Ever more seldom: what stays wrong (CORS, say) must not send the same bytes all night.
  #tryAgain({ isOnline = false } = {}) {
    for (const job of this.jobs) {
      if (job.state !== "failed" || !job.problem.isTemporary) continue;
      if (isOnline) this.#ticks.delete(job);
      const { passed, wanted } = this.#ticks.get(job) ?? { passed: 0, wanted: 1 };
      const isDue = isOnline || passed + 1 >= wanted;
      this.#ticks.set(job, isDue ? { passed: 0, wanted: 2 * wanted } : { passed: passed + 1, wanted });
      if (isDue) job.run();
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
