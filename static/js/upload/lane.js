// A lane lets a few tasks run at the same time; the others wait in the order in which they came.

export class Lane {
  #free;
  #waiting = [];

  /** @param {number} width  how many tasks run at once */
  constructor(width) {
    this.#free = width;
  }

  /** Runs the task when there is room; rejects with the signal's reason where it never came to it. */
  async run(task, signal) {
    await this.#enter(signal);
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  #enter(signal) {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return null;
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      signal?.addEventListener("abort", () => {
        const place = this.#waiting.indexOf(resolve);
        if (place < 0) return; // it runs, and stops by itself
        this.#waiting.splice(place, 1);
        reject(signal.reason);
      }, { once: true });
    });
  }

  #leave() {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
