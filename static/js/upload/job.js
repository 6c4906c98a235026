// One file on its way from the author's disk into the library: prepared, kept, sent, confirmed.

import { ask } from "./ask.js";
import { persist } from "./persistence.js";
import { UploadProblem } from "./problem.js";
import { transfer } from "./transfer.js";

const ACTIVE = ["waiting", "reading", "preparing", "uploading", "offline", "signed-out", "checking"];
const LARGEST_KEPT = 64_000_000; // bytes; larger files are dropped again after a reload

/** Says "change" whenever its state, its progress or its words may have changed. */
export class Job extends EventTarget {
  #record;
  #file;
  #queue;
  #abort = new AbortController();
  state = "waiting";
  progress = { acknowledged: 0, sent: 0, total: 0, share: 0 };
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
      this.#stop(error);
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
    this.#show("cancelled");
    await this.#queue.forget(this);
    if (this.#record.assetId && !this.result && !this.#queue.isSharing(this)) {
      const url = this.#queue.urls.cancel.replace("/0/", `/${this.#record.assetId}/`);
      await ask(url, {}, AbortSignal.timeout(10_000)).catch(() => {}); // the sweep finds it later
    }
  }

  async #prepare(signal) {
    const attempt = () => this.#queue.prepare(this.#file, {
      name: this.name,
      isSeen: this.isSeen,
      signal,
      onKind: (kind) => this.#show(kind === "video" ? "reading" : "preparing"),
      onProgress: (share) => this.#advance({ share: share / 2 }), // the other half is sending it
    });
    const onState = (state) => this.#show(state);
    const prepared = await persist(attempt, { signal, onState });
    signal.throwIfAborted();
    const large = prepared.files[0].digests;
    // The blob of a large file is the file on the disk: the browser must not copy it.
    await this.#write({ ...this.#record, prepared: large ? null : prepared, source: null }, !large);
    this.#record.prepared = prepared;
  }

  async #send(signal) {
    const result = await this.#queue.once(this.prepared.files[0].sha256, signal, () => transfer({
      urls: this.#queue.urls,
      name: this.prepared.name,
      files: this.prepared.files,
      signal,
      onReserved: (assetId) => (this.#record.assetId = assetId),
      onState: (state) => this.#show(state),
      onProgress: (progress) => this.#advance(progress),
    }));
    this.#record.result = result;
    this.progress.share = 1;
    await this.#queue.finish(this);
    this.#forgetBlobs();
    this.#show("done");
  }

  // A page on which a hundred pictures were dropped must not hold all of them.
  #forgetBlobs() {
    this.#file = null;
    this.#record.source = null;
    for (const file of this.prepared.files) file.blob = null;
  }

  #stop(error) {
    if (error.name === "AbortError") return; // paused or cancelled, and shown as that already
    if (!(error instanceof UploadProblem)) console.error(error);
    this.problem = error instanceof UploadProblem ? error : new UploadProblem("server");
    if (error.name === "grey") this.#record.isSeen = true; // a second press takes it
    else if (!this.problem.isTemporary && !this.prepared) this.#queue.forget(this);
    this.#show("failed");
  }

  #show(state) {
    this.state = state;
    if (state !== "done") this.progress.share = Math.min(this.progress.share, 0.99);
    this.dispatchEvent(new Event("change"));
  }

  #advance(progress) {
    Object.assign(this.progress, progress);
    const { acknowledged, total } = this.progress;
    if (progress.share === undefined) this.progress.share = Math.min(acknowledged / total, 0.99);
    this.dispatchEvent(new Event("change"));
  }

  async #write(record, isWhole = true) {
    this.#record = record;
    this.isKept = (await this.#queue.write(record)) && isWhole;
  }
}
