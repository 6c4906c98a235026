// One file on its way from the author's disk into the library: prepared, kept, sent, confirmed.

import { ask } from "./ask.js";
import { persist } from "./persistence.js";
import { UploadProblem } from "./problem.js";
import { transfer } from "./transfer.js";

const ACTIVE = ["waiting", "reading", "preparing", "uploading", "offline", "signed-out", "checking"];
const LARGEST_KEPT = 64_000_000; // bytes; larger files are dropped again after a reload

/** Unlikely to be any other's; `crypto.randomUUID` is missing where the page came by HTTP. */
export function newId() {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}

/** Says "change" whenever its state, its progress or its words may have changed. */
export class Job extends EventTarget {
  #record;
  #file;
  #queue;
  #abort = new AbortController();
  state = "waiting";
  progress = { acknowledged: 0, sent: 0, total: 0, base: 0, share: 0 };
  problem = null;
  isKept = false;

  /** @param {object} record  as job-store.js keeps it  @param {import("./queue.js").Queue} queue */
  constructor(record, queue, { file = record.source, isKept = false } = {}) {
    super();
    this.#record = record;
    this.#file = file;
    this.#queue = queue;
    this.isKept = isKept;
    this.progress.total = record.size;
    if (!file && !record.prepared) this.state = "needs-file";
  }

  get id() { return this.#record.id; }
  get name() { return this.#record.name; }
  get size() { return this.#record.size; }
  get mark() { return this.#record.mark; }
  get file() { return this.#file; }
  get prepared() { return this.#record.prepared; }
  get result() { return this.#record.result; }
  get isActive() { return ACTIVE.includes(this.state); }
  get isSeen() { return this.#record.isSeen; }
  get inParts() { return this.prepared?.files[0].digests !== undefined; }

  async run() {
    if (!this.#file && !this.prepared) {
      this.#show("needs-file");
      return;
    }
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.problem = null;
    this.#show("waiting");
    if (!this.isKept) this.#queue.keep(this);
    try {
      await this.#queue.ahead.run(async () => {
        if (!this.prepared) await this.#prepare(signal);
        await this.#queue.sending.run(() => this.#send(signal), signal);
      }, signal);
    } catch (error) {
      if (!signal.aborted) this.#stop(error); // else it is shown as paused or cancelled already
    }
  }

  /** Keeps the file itself, so that a reload before it is prepared loses nothing. */
  async keep() {
    if (this.size > LARGEST_KEPT) return;
    if (this.prepared) {
      await this.#write(this.#record);
      return;
    }
    await this.#write({ ...this.#record, source: this.#file });
    const kept = await this.#queue.read(this.id);
    if (kept?.source) this.#file = kept.source; // whatever happens to the one on the disk
  }

  /** The author dropped the file that this job has lost by a reload. */
  take(file) {
    this.#file = file;
    this.run();
  }

  pause() {
    this.#abort.abort(new DOMException("Paused", "AbortError"));
    this.#show("paused");
  }

  /** Ends it for good: here, in the browser's store, and in the bucket. */
  async cancel() {
    this.#abort.abort(new DOMException("Cancelled", "AbortError"));
    const { assetId } = this.#record;
    this.#record.assetId = null;
    this.#show("cancelled");
    await this.#queue.forget(this);
    if (assetId && !this.result && !this.#queue.isSharing(this)) {
      const url = this.#queue.urls.cancel.replace("/0/", `/${assetId}/`);
      await ask(url, {}, AbortSignal.timeout(10_000)).catch(() => {}); // the sweep finds it later
    }
  }

  async #prepare(signal) {
    const { onState, onShare } = this.#reports(signal);
    const attempt = () => this.#queue.prepare(this.#file, {
      name: this.name,
      isSeen: this.isSeen,
      signal,
      onKind: (kind) => onState(kind === "video" ? "reading" : "preparing"),
      onProgress: onShare,
    });
    const prepared = await persist(attempt, { signal, onState });
    signal.throwIfAborted();
    const isLarge = prepared.files[0].digests !== undefined;
    // The blob of a large file is the file on the disk: the browser must not copy it.
    const kept = { ...this.#record, prepared: isLarge ? null : prepared, source: null };
    await this.#write(kept, !isLarge);
    // What the browser has on its disk need not be in memory, too.
    const read = isLarge ? null : await this.#queue.read(this.id);
    this.#record.prepared = read?.prepared ?? prepared;
  }

  async #send(signal) {
    const { onState, onProgress } = this.#reports(signal);
    const result = await this.#queue.once(this.prepared.files[0].sha256, signal, () => transfer({
      urls: this.#queue.urls,
      name: this.prepared.name,
      files: this.prepared.files,
      signal,
      onReserved: (assetId) => signal.aborted || this.#note(assetId),
      onState,
      onProgress,
    }));
    this.#record.result = result;
    this.progress.share = 1;
    await this.#queue.finish(this);
    this.#forgetBlobs();
    this.#show("done");
  }

  // What a run says after it was paused or cancelled counts for nothing.
  #reports(signal) {
    const whileRunning = (report) => (value) => signal.aborted || report(value);
    return {
      onState: whileRunning((state) => this.#show(state)),
      onProgress: whileRunning((progress) => this.#advance(progress)),
      onShare: whileRunning((share) => this.#read(share)),
    };
  }

  // So that a large upload can be cancelled in the bucket, too, after a reload.
  #note(assetId) {
    this.#record.assetId = assetId;
    if (this.inParts) this.#queue.write({ ...this.#record, prepared: null, source: null });
  }

  // A page on which a hundred pictures were dropped must not hold all of them.
  #forgetBlobs() {
    this.#file = null;
    this.#record.source = null;
    for (const file of this.prepared.files) file.blob = null;
  }

  #stop(error) {
    if (!(error instanceof UploadProblem)) console.error(error);
    this.problem = error instanceof UploadProblem ? error : new UploadProblem("server");
    if (error.name === "grey") this.#record.isSeen = true; // a second press takes it
    else if (error.name === "changed") this.#forgetFile();
    else if (!this.problem.isTemporary && !this.prepared) this.#queue.forget(this);
    this.#show("failed");
  }

  #forgetFile() {
    this.#file = null;
    this.#record.prepared = null;
    this.#queue.forget(this);
  }

  #show(state) {
    this.state = state;
    if (state !== "done") this.progress.share = Math.min(this.progress.share, 0.99);
    this.dispatchEvent(new Event("change"));
  }

  // Half of a video's progress is reading it, for that takes its time.
  #read(share) {
    this.progress.base = 0.5;
    this.progress.share = share / 2;
    this.dispatchEvent(new Event("change"));
  }

  #advance(progress) {
    Object.assign(this.progress, progress);
    const { acknowledged, total, base } = this.progress;
    this.progress.share = Math.min(base + (1 - base) * (acknowledged / total), 0.99);
    this.dispatchEvent(new Event("change"));
  }

  async #write(record, isWhole = true) {
    this.#record = record;
    this.isKept = (await this.#queue.write(record)) && isWhole;
  }
}
