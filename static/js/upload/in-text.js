// Uploads in the text of a post: a stand-in while they run, the picture's Markdown when they are in
// the library, and a form that waits for them before it is sent.

import { makeMark, marksIn, Placeholder } from "./placeholder.js";

export class InText {
  #textarea;
  #queue;
  #words;
  #places = new Map();
  #hasCursor = false;
  #held = null; // the button that was pressed, and the uploads that it waits for
  #isTold = false;

  /** @param {(name: string) => string} words */
  constructor(textarea, queue, words) {
    this.#textarea = textarea;
    this.#queue = queue;
    this.#words = words;
    textarea.addEventListener("focus", () => (this.#hasCursor = true), { once: true });
    textarea.addEventListener("text-restored", () => this.reconcile());
    textarea.addEventListener("input", () => this.#resolveDone());
    textarea.form.addEventListener("input", (event) => this.#disarm(event));
    textarea.form.addEventListener("submit", (event) => this.#holdSubmit(event));
    // After all others have heard it: what they change in the text counts as typed.
    queue.addEventListener("change", () => queueMicrotask(() => this.#releaseSubmit()));
  }

  /** In a text that was only opened, pictures go to the end. */
  prepareCursor() {
    const { length } = this.#textarea.value;
    if (!this.#hasCursor) this.#textarea.setSelectionRange(length, length);
  }

  /** A stand-in at the cursor. */
  makeMark(name) {
    const mark = makeMark(name);
    const place = new Placeholder(this.#textarea, mark);
    this.#places.set(mark, place);
    this.#isTold = false;
    place.insert();
    return mark;
  }

  /** The stand-in of an upload that the author begins anew, where it is not in the text already. */
  place(job) {
    this.prepareCursor();
    this.#isTold = false;
    const place = this.#places.get(job.mark);
    if (place && !place.isInText) place.insert();
  }

  follow(job) {
    if (job.mark && !this.#places.has(job.mark)) {
      this.#places.set(job.mark, new Placeholder(this.#textarea, job.mark));
    }
    let last = job.state;
    job.addEventListener("change", () => {
      if (job.state === last) return;
      last = job.state;
      if (last === "failed" && !job.problem.isTemporary) this.#places.get(job.mark)?.remove();
    });
  }

  /** Puts the picture where its stand-in is; false where the author has deleted it meanwhile. */
  resolve(job) {
    return this.#places.get(job.mark)?.resolve(markdownOf(job)) ?? false;
  }

  insertAgain(job) {
    const place = new Placeholder(this.#textarea, makeMark(job.name));
    place.insert();
    place.resolve(markdownOf(job));
  }

  remove(job) {
    this.#places.get(job.mark)?.remove();
  }

  // A paragraph that was cut while its picture arrived is pasted again.
  #resolveDone() {
    if (!this.#textarea.value.includes("](uploading:")) return;
    for (const job of this.#queue.jobs) {
      if (job.state === "done" && job.mark) this.resolve(job);
    }
  }

  /** A text came back from another visit: each stand-in is one of an upload that runs or is done. */
  async reconcile() {
    for (const mark of marksIn(this.#textarea.value)) {
      const place = this.#places.get(mark) ?? new Placeholder(this.#textarea, mark);
      const job = this.#queue.jobs.find((one) => one.mark === mark && one.state !== "cancelled");
      if (job && !job.result) continue;
      const done = job ?? (await this.#queue.findByMark(mark));
      if (done?.result) place.resolve(markdownOf(done));
      else if (!done) place.remove(); // one that another tab works at stays until it is done
    }
  }

  // What is saved has no stand-ins in it: the form is sent when all pictures have arrived. A second
  // press sends it at once, without those that have not.
  #holdSubmit(event) {
    if (event.submitter?.formTarget === "_blank") return;
    this.#resolveDone();
    const marks = marksIn(this.#textarea.value);
    if (marks.length === 0 || this.#isTold) {
      this.#held = null;
      for (const mark of marks) new Placeholder(this.#textarea, mark).remove();
      return;
    }
    event.preventDefault();
    this.#isTold = true;
    const jobs = this.#queue.jobs.filter((job) => job.isActive && marks.includes(job.mark));
    if (jobs.length === 0) {
      this.#say("held");
      return;
    }
    this.#held = { submitter: event.submitter, jobs };
    this.#say("waiting-to-save");
  }

  #releaseSubmit() {
    if (!this.#held) return;
    const { submitter, jobs } = this.#held;
    if (jobs.some((job) => job.isActive)) {
      this.#say("waiting-to-save");
      return;
    }
    this.#held = null;
    if (jobs.every(({ state }) => ["done", "cancelled"].includes(state))) {
      this.#textarea.form.requestSubmit(submitter);
    } else {
      this.#say("held");
    }
  }

  // Who writes on has not finished: what is half a sentence is not published.
  #disarm({ isTrusted }) {
    if (!isTrusted || !this.#held) return;
    this.#held = null;
    this.#isTold = false;
  }

  #say(name) {
    document.querySelector("[data-save-state]").textContent = this.#words(name);
  }
}

/** @param {{name: string, result: {reference: string}}} done  a job, or its record */
export function markdownOf({ name, result }) {
  return `![${altFrom(name)}](${result.reference})`;
}

// A name that a camera or phone gave says nothing about the picture: IMG_2041, PXL_2026-1122~2.
const CAMERA_NAME = /^(img|dsc[nf]?|pxl|dji|gopr|mvimg|image|photo|picture|screenshot|vid|video|mov|p)?[\W\d_]*(wa|hdr|edit|copy)?[\W\d_]*$/i;

function altFrom(name) {
  const stem = name.replace(/\.[^.]*$/, "");
  return CAMERA_NAME.test(stem) ? "" : stem.replace(/[-_[\]\\`*<>!\s]+/g, " ").trim();
}
