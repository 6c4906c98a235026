// A line of tasks before one worker: one at a time, each of which may be given up.

import { UploadProblem } from "../upload/problem.js";

const IDLE = 30_000; // milliseconds; then the worker and what its codecs hold goes

export class Line {
  #task;
  #waiting = [];
  #current = null;
  #worker = null;
  #isReady = false;
  #idle = null;

  /** @param {"picture" | "avif"} task  see worker.js */
  constructor(task) {
    this.#task = task;
  }

  /** @param {object} request  what the worker gets  @param {AbortSignal} [signal] */
  run(request, signal) {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const job = { request, signal, resolve, reject, settled: new AbortController() };
      // The listener goes with the job, for the signal may live as long as the page.
      signal?.addEventListener("abort", () => this.#abort(job), { signal: job.settled.signal });
      this.#waiting.push(job);
      this.#next();
    });
  }

  #next() {
    if (this.#current || this.#waiting.length === 0) return;
    clearTimeout(this.#idle);
    this.#current = this.#waiting.shift();
    this.#worker ??= this.#start();
    this.#worker.postMessage({ task: this.#task, request: this.#current.request });
  }

  #start() {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.#isReady = false;
    worker.addEventListener("message", ({ data: { isReady, result, problem } }) => {
      if (worker !== this.#worker) return; // said before it was ended
      if (isReady) this.#isReady = true;
      else if (problem) this.#fail(problem);
      else this.#settle((job) => job.resolve(result));
    });
    // It could not be loaded, or it died of a picture that is too large for this device.
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (worker !== this.#worker) return;
      this.#fail({ name: this.#isReady ? "memory" : "server", details: {} });
    });
    return worker;
  }

  #fail({ name, details }) {
    // After these the worker may be in any state.
    if (["memory", "server"].includes(name)) this.#end();
    this.#settle((job) => job.reject(new UploadProblem(name, details)));
  }

  // Codecs cannot be interrupted; a worker can.
  #abort(job) {
    if (job === this.#current) {
      this.#end();
      this.#settle(() => job.reject(job.signal.reason));
    } else if (this.#waiting.includes(job)) {
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
      job.reject(job.signal.reason);
    }
  }

  #settle(answer) {
    const job = this.#current;
    this.#current = null;
    if (job) {
      answer(job);
      job.settled.abort();
    }
    this.#next();
    if (!this.#current) this.#idle = setTimeout(() => this.#end(), IDLE);
  }

  #end() {
    clearTimeout(this.#idle);
    this.#worker?.terminate();
    this.#worker = null;
  }
}
