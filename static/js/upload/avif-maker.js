// Smaller AVIF versions of pictures that are in the library already: made one after another in the
// background, when nothing else is to do. Leaving the page puts it off, MOST_TRIES times at most.

import { ask } from "./ask.js";
import { newId } from "./job.js";
import { hold, jobStore } from "./job-store.js";
import { Lane } from "./lane.js";
import { pause } from "./persistence.js";
import { makeAvif } from "./prepare.js";
import { UploadProblem } from "./problem.js";
import { transfer } from "./transfer.js";

const PAUSE = 5000; // milliseconds without an upload, before the computer is given more to do
const MOST_TRIES = 3;
const SWITCH = "avif"; // in localStorage: "off" where the author wants none

export class AvifMaker extends EventTarget {
  #queue;
  #lane = new Lane(1);
  #abort = new AbortController();
  waiting = 0;

  constructor(queue) {
    super();
    this.#queue = queue;
  }

  get isOn() {
    return localStorage.getItem(SWITCH) !== "off";
  }

  set isOn(value) {
    localStorage.setItem(SWITCH, value ? "on" : "off");
    if (!value) this.#stop();
  }

  /** Makes them of what the job has uploaded, where they can be smaller. */
  async consider(job) {
    const { kind, isAnimated, files } = job.prepared;
    if (!this.isOn || kind !== "picture" || isAnimated || job.result.isPartial) return;
    const [main] = files;
    const avifSizes = files.map(({ width, height }) => ({ width, height }));
    const record = { id: newId(), owner: this.#queue.owner, createdAt: Date.now(), name: job.prepared.name, main, avifSizes };
    record.others = files.map(({ size }) => size);
    const release = await hold(record.id);
    if (await this.#queue.write(record)) this.add(record.id, release);
    else release?.();
  }

  /** Goes on with a record of this kind; what it is made of stays in the browser's store. */
  async add(id, release) {
    if (!this.isOn) {
      await jobStore.drop(id);
      release?.();
      return;
    }
    this.#count(1);
    const { signal } = this.#abort;
    await this.#lane.run(() => this.#make(id, signal), signal).catch((error) => {
      // It is only an improvement: later visits try again, a few times, if that can help.
      if (error.name !== "AbortError") console.warn(error);
      const isHopeless = error instanceof UploadProblem && !error.isTemporary;
      return isHopeless && error.name !== "signed-out" ? jobStore.drop(id) : null;
    });
    release?.();
    this.#count(-1);
  }

  async #make(id, signal) {
    await this.#untilIdle(signal);
    const record = await jobStore.get(id);
    record.tries = (record.tries ?? 0) + 1;
    if (record.tries > MOST_TRIES) return jobStore.drop(id);
    await jobStore.put(record);
    const made = await makeAvif(record.main.blob, record.avifSizes, signal);
    // All or none: of a set with gaps, browsers would take what is there, however small.
    if (made.every(({ size }, index) => size < record.others[index])) {
      await transfer({
        urls: this.#queue.urls,
        name: record.name,
        files: [record.main, ...made],
        signal,
        onReserved: (assetId, [main]) => main.method === null || this.#abandon(assetId),
        onState: () => {},
        isQuiet: true,
        onProgress: () => {},
      });
    }
    return jobStore.drop(record.id);
  }

  // Somebody has deleted the picture meanwhile: it must not come back.
  #abandon(assetId) {
    ask(this.#queue.urls.cancel.replace("/0/", `/${assetId}/`), {}).catch(() => {});
    throw new UploadProblem("gone");
  }

  async #untilIdle(signal) {
    do {
      await pause(PAUSE, signal);
    } while (this.#queue.isBusy);
  }

  async #stop() {
    this.#abort.abort(new DOMException("Not wanted", "AbortError"));
    this.#abort = new AbortController();
    for (const record of await jobStore.all()) {
      if (record.avifSizes) jobStore.drop(record.id);
    }
  }

  #count(change) {
    this.waiting += change;
    this.dispatchEvent(new Event("change"));
  }
}
