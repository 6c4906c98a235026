// <media-uploader>: pictures that are dropped, pasted or chosen go to the bucket and into the text.

import { Placeholder, withoutPlaceholders } from "./placeholder.js";
import { UploadProblem } from "./problem.js";
import { Row } from "./row.js";
import { upload } from "./upload.js";

const AT_ONCE = 3; // uploads that run at the same time

class MediaUploader extends HTMLElement {
  #textarea;
  #active = new Set();
  #waiting = [];
  #heldSubmit = null;
  #hasFailedMeanwhile = false;
  #hasCursor = false;

  connectedCallback() {
    this.#textarea = this.querySelector("textarea");
    const input = this.querySelector("input[type=file]");
    const takeChosen = () => {
      this.#take(input.files);
      input.value = ""; // so that the same file can be chosen again
    };
    input.addEventListener("change", takeChosen);
    this.#textarea.addEventListener("focus", () => (this.#hasCursor = true), { once: true });
    this.#textarea.addEventListener("paste", (event) => this.#paste(event));
    for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
      // Anywhere on the page, for a file dropped beside the text would replace the page.
      window.addEventListener(type, (event) => this.#drag(event));
    }
    this.closest("form").addEventListener("submit", (event) => this.#holdSubmit(event));
    window.addEventListener("pageshow", () => this.#forgetLostUploads());
    this.#forgetLostUploads();
    takeChosen(); // what was chosen before this script had come
    window.addEventListener("beforeunload", (event) => {
      if (this.#active.size > 0) event.preventDefault();
    });
  }

  // The browser may bring back a text from a visit whose uploads ended with it.
  #forgetLostUploads() {
    if (this.#active.size > 0) return;
    const text = withoutPlaceholders(this.#textarea.value);
    if (text !== this.#textarea.value) this.#textarea.value = text;
  }

  #paste(event) {
    const { files, types } = event.clipboardData;
    // Office programs put a picture of the text beside the text; the text is what is meant.
    if (files.length === 0 || types.includes("text/plain")) return;
    event.preventDefault();
    this.#take(files);
  }

  #drag(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    const isLeaving = event.type === "drop" || (event.type === "dragleave" && !event.relatedTarget);
    this.toggleAttribute("data-dragging", !isLeaving);
    if (event.type === "drop") this.#take(event.dataTransfer.files);
  }

  #take(files) {
    const { length } = this.#textarea.value;
    if (!this.#hasCursor) this.#textarea.setSelectionRange(length, length);
    for (const file of files) this.#add(file, new Placeholder(this.#textarea, file.name));
  }

  #add(file, placeholder) {
    const abort = new AbortController();
    const job = { file, placeholder, abort };
    const template = this.querySelector("ol > template");
    job.row = new Row(template, file, (name) => this.#words(name), (action) => this.#act(job, action));
    this.#start(job);
  }

  #start(job) {
    job.abort = new AbortController();
    if (!job.placeholder.isInText) job.placeholder.insert();
    job.row.state = "hashing";
    this.#active.add(job);
    this.#waiting.push(job);
    this.#startNext();
  }

  #startNext() {
    while (this.#active.size - this.#waiting.length < AT_ONCE && this.#waiting.length > 0) {
      this.#run(this.#waiting.shift());
    }
  }

  async #run(job) {
    try {
      const picture = await upload(job.file, {
        row: job.row,
        urls: { reserve: this.dataset.reserveUrl, complete: this.dataset.completeUrl },
        maxSize: Number(this.dataset.maxSize),
        isSeen: job.isSeen,
        signal: job.abort.signal,
      });
      this.#finish(job, picture);
    } catch (error) {
      this.#stop(job, error);
    } finally {
      this.#active.delete(job);
      this.#startNext();
      this.#releaseSubmit();
    }
  }

  #finish(job, { reference, alt, note }) {
    job.markdown = `![${alt}](${reference})`;
    job.row.progress = 1;
    job.row.state = "done";
    if (!job.placeholder.resolve(job.markdown)) job.row.say(this.#words("removed"));
    else if (note) job.row.say(this.#words("renamed").replace("{name}", () => note));
  }

  #stop(job, error) {
    job.placeholder.remove();
    if (error.name === "AbortError") {
      job.row.state = "cancelled";
      return;
    }
    this.#hasFailedMeanwhile = true;
    if (!(error instanceof UploadProblem)) console.error(error);
    job.isSeen = error.name === "grey";
    const { name, details } = error instanceof UploadProblem ? error : { name: "server", details: {} };
    job.row.fail(Object.entries(details).reduce(
      (words, [key, value]) => words.replace(`{${key}}`, () => value),
      this.#words(name),
    ));
  }

  #act(job, action) {
    if (action === "cancel") this.#cancel(job);
    if (action === "retry") this.#start(job);
    if (action === "insert") this.#insert(job);
    if (action === "dismiss") job.row.remove();
  }

  #cancel(job) {
    job.abort.abort();
    const index = this.#waiting.indexOf(job);
    if (index < 0) return; // it runs, and stops by itself
    this.#waiting.splice(index, 1);
    this.#active.delete(job);
    this.#stop(job, job.abort.signal.reason);
    this.#releaseSubmit();
  }

  #insert(job) {
    const again = new Placeholder(this.#textarea, job.file.name);
    again.insert();
    again.resolve(job.markdown);
  }

  // What is saved has no placeholders in it: the button is pressed again when all have arrived.
  #holdSubmit(event) {
    if (this.#active.size === 0 || event.submitter?.formTarget === "_blank") return;
    event.preventDefault();
    this.#heldSubmit = event.submitter;
    this.#hasFailedMeanwhile = false;
    this.#saveState.textContent = this.#words("waiting");
  }

  #releaseSubmit() {
    if (!this.#heldSubmit || this.#active.size > 0) return;
    const submitter = this.#heldSubmit;
    this.#heldSubmit = null;
    if (this.#hasFailedMeanwhile) {
      this.#saveState.textContent = this.#words("held");
    } else {
      this.closest("form").requestSubmit(submitter);
    }
  }

  get #saveState() {
    return document.querySelector("[data-save-state]");
  }

  #words(name) {
    return this.getAttribute(`data-text-${name}`) ?? name;
  }
}

customElements.define("media-uploader", MediaUploader);
