// <media-uploader>: pictures and videos that are dropped, pasted or chosen go into the library, and
// from the editor into the text (in-text.js).

import { InText } from "./in-text.js";
import { Queue } from "./queue.js";
import { filled, Row } from "./row.js";
import { size } from "./size.js";
import { takeFiles } from "./ways-in.js";

class MediaUploader extends HTMLElement {
  #queue;
  #rows = new Map();
  #text = null; // none in the library itself

  connectedCallback() {
    const { reserveUrl, completeUrl, cancelUrl } = this.dataset;
    this.#queue = new Queue(
      { reserve: reserveUrl, complete: completeUrl, cancel: cancelUrl },
      document.querySelector('meta[name="user"]').content,
    );
    const textarea = this.querySelector("textarea");
    if (textarea) this.#text = new InText(textarea, this.#queue, (name) => this.#words(name));
    this.#queue.addEventListener("change", () => this.#showTotal());
    this.#queue.addEventListener("resumed", ({ detail }) => this.#follow(detail));
    takeFiles(this, (files) => this.#take(files));
    this.querySelector("[data-dismiss-finished]").addEventListener("click", () => this.#dismissFinished());
    this.#offerAvif();
    this.#queue.resume().then(() => this.#text?.reconcile());
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.#text?.reconcile());
    window.addEventListener("beforeunload", (event) => {
      if (this.#queue.wouldLose) event.preventDefault();
    });
  }

  #take(files) {
    this.#text?.prepareCursor();
    for (const file of files) {
      const interrupted = this.#queue.findInterrupted(file);
      if (interrupted) {
        this.#text?.place(interrupted);
        interrupted.take(file);
      } else {
        this.#follow(this.#queue.add(file, this.#text?.makeMark(file.name)));
      }
    }
  }

  #follow(job) {
    const template = this.querySelector("ol > template");
    const row = new Row(template, job, (name) => this.#words(name), (action) => this.#act(job, action));
    this.#rows.set(job, row);
    this.#text?.follow(job);
    let last = null;
    const noteDone = () => {
      if (job.state === last) return;
      last = job.state;
      if (last === "done") this.#finish(job, row);
      if (["done", "failed"].includes(last)) this.#announce(job, row);
    };
    job.addEventListener("change", noteDone);
  }

  // Those who listen to the page hear of failures, and of the end; not of every step of each file.
  #announce(job, row) {
    if (job.state === "done" && this.#queue.isBusy) return;
    this.querySelector("[data-announcement]").textContent = `${job.name}: ${row.message}`;
  }

  #finish(job, row) {
    const isPlaced = this.#text ? this.#text.resolve(job) : true;
    row.note = this.#noteOf(job, isPlaced);
    this.dispatchEvent(new CustomEvent("media-uploaded", { bubbles: true, detail: job.result }));
  }

  #noteOf(job, isPlaced) {
    const { hadLocation, source } = job.prepared;
    const notes = [];
    if (!isPlaced) notes.push(this.#words("removed"));
    else if (isMisnamed(job.name, source?.content_type)) {
      notes.push(filled(this.#words("renamed"), { type: source.content_type.split("/")[1].toUpperCase() }));
    } else notes.push(this.#words("done"));
    if (hadLocation) notes.push(this.#words("location"));
    if (job.result.isPartial) notes.push(this.#words("partial"));
    return notes.join(" ");
  }

  #act(job, action) {
    if (action === "cancel") {
      job.cancel();
      this.#text?.remove(job);
    }
    if (action === "pause") job.pause();
    if (action === "resume") job.run();
    if (action === "retry" && job.state === "signed-out") window.dispatchEvent(new Event("focus"));
    else if (action === "retry") {
      this.#text?.place(job);
      job.run();
    }
    if (action === "insert") this.#text?.insertAgain(job);
    if (action === "dismiss") this.#dismissOne(job);
    else this.#rows.get(job).focus();
  }

  // The keyboard goes on with the next row, or begins anew.
  #dismissOne(job) {
    const { jobs } = this.#queue;
    const next = jobs[jobs.indexOf(job) + 1] ?? jobs[jobs.indexOf(job) - 1];
    this.#dismiss(job);
    if (next) this.#rows.get(next).focus();
    else this.querySelector("input[type=file]").focus();
  }

  #dismiss(job) {
    this.#text?.remove(job);
    this.#queue.dismiss(job);
    this.#rows.get(job).remove();
    this.#rows.delete(job);
  }

  #dismissFinished() {
    for (const job of this.#queue.jobs) {
      if (isFinished(job)) this.#dismiss(job);
    }
    this.querySelector("input[type=file]").focus();
  }

  // All uploads together, in one line above them; made of bytes that the bucket has acknowledged.
  #showTotal() {
    const { jobs } = this.#queue;
    const done = jobs.filter(({ state }) => state === "done");
    const sum = (name) => jobs.reduce((all, { progress }) => all + progress[name], 0);
    const failed = jobs.filter(({ state }) => state === "failed");
    const line = this.querySelector("[data-total]");
    line.hidden = jobs.length < 2;
    const name = failed.length > 0 ? "total-failed" : done.length === jobs.length ? "total-done" : "total";
    const words = filled(this.#words(name), {
      done: String(done.length),
      count: String(jobs.length),
      failed: String(failed.length),
      bytes: size(sum("acknowledged")),
    });
    const told = line.querySelector("[data-total-words]");
    if (told.textContent !== words) told.textContent = words;
    this.querySelector("[data-dismiss-finished]").hidden = !jobs.some(isFinished);
  }

  #offerAvif() {
    const { avif } = this.#queue;
    const box = this.querySelector("[data-avif]");
    const told = this.querySelector("[data-avif-state]");
    box.checked = avif.isOn;
    box.addEventListener("change", () => (avif.isOn = box.checked));
    avif.addEventListener("change", () => {
      told.textContent = avif.waiting ? filled(this.#words("avif"), { count: String(avif.waiting) }) : "";
    });
  }

  #words(name) {
    return this.getAttribute(`data-text-${name}`) ?? name;
  }
}

const isFinished = ({ state }) => ["done", "cancelled"].includes(state);

const EXTENSIONS = { "image/jpeg": ["jpg", "jpeg", "jpe", "jfif"] };

/** Whether the name that the author sees says another type than the file is of. */
function isMisnamed(name, type) {
  const extension = /\.([^.]+)$/.exec(name)?.[1].toLowerCase();
  if (!type || !extension) return false;
  return !(EXTENSIONS[type] ?? [type.split("/")[1], "m4v"]).includes(extension);
}

customElements.define("media-uploader", MediaUploader);
