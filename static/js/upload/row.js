// One upload as the author sees it: name, thumbnail, progress, words, buttons.

import { size } from "./size.js";

const ACTIONS = {
  uploading: ["cancel", "pause"],
  paused: ["resume", "cancel"],
  "signed-out": ["retry", "cancel"],
  done: ["insert", "dismiss"],
  failed: ["retry", "dismiss"],
  hopeless: ["dismiss"],
  cancelled: ["retry", "dismiss"],
};
const ELSE = ["cancel"];

// What is wrong with the file itself stays so, however often it is tried.
const HOPELESS = ["empty", "heic", "huge", "large", "not-video", "quicktime", "type"];

export class Row {
  #item;
  #words;
  #job;
  #note = "";
  #thumbnailUrl = null;

  /**
   * @param {HTMLTemplateElement} template
   * @param {import("./job.js").Job} job
   * @param {(name: string) => string} words
   * @param {(action: string) => void} onAction
   */
  constructor(template, job, words, onAction) {
    this.#item = template.content.firstElementChild.cloneNode(true);
    this.#words = words;
    this.#job = job;
    this.#part("name").textContent = job.name;
    this.#part("name").id = `upload-${job.id}`;
    this.#part("progress").setAttribute("aria-label", job.name);
    for (const button of this.#item.querySelectorAll("[data-action]")) {
      button.setAttribute("aria-describedby", `upload-${job.id}`);
    }
    this.#item.addEventListener("click", (event) => {
      const action = event.target.closest("[data-action]")?.dataset.action;
      if (action) onAction(action);
    });
    template.parentElement.append(this.#item);
    job.addEventListener("change", () => this.#show());
    this.#show();
  }

  /** What is to be said of the finished upload instead of the usual words. */
  set note(words) {
    this.#note = words;
    this.#show();
  }

  get message() {
    return this.#part("message").textContent;
  }

  /** The first button that is there: the one that was pressed may have gone. */
  focus() {
    if (this.#item.contains(document.activeElement) && !document.activeElement.hidden) return;
    this.#item.querySelector("[data-action]:not([hidden])")?.focus();
  }

  remove() {
    if (this.#thumbnailUrl) URL.revokeObjectURL(this.#thumbnailUrl);
    this.#item.remove();
  }

  #show() {
    const { state, progress, prepared } = this.#job;
    // What the author should look at stands first, unless she is just about to press its button.
    if (state === "failed" && this.#item.dataset.state !== state && !this.#item.contains(document.activeElement)) {
      this.#item.parentElement.querySelector("template").after(this.#item);
    }
    this.#item.dataset.state = state;
    const isHopeless = state === "failed" && HOPELESS.includes(this.#job.problem.name);
    const actions = ACTIONS[isHopeless ? "hopeless" : state] ?? ELSE;
    for (const button of this.#item.querySelectorAll("[data-action]")) {
      const { action } = button.dataset;
      button.hidden = !actions.includes(action) || (action === "pause" && !this.#job.inParts);
    }
    const percent = state === "failed" ? 0 : Math.floor(progress.share * 100);
    const onTheirWay = progress.total ? Math.min(99, (progress.sent / progress.total) * 100) : 0;
    const bar = this.#part("progress");
    bar.setAttribute("aria-valuenow", percent);
    bar.style.setProperty("--progress", `${percent}%`);
    bar.style.setProperty("--sent", `${Math.max(percent, onTheirWay)}%`);
    if (prepared?.thumbnail && !this.#thumbnailUrl) {
      this.#thumbnailUrl = URL.createObjectURL(prepared.thumbnail);
      this.#part("thumbnail").src = this.#thumbnailUrl;
    }
    const message = this.#part("message");
    const words = this.#message(state, progress);
    if (message.textContent !== words) message.textContent = words;
  }

  #message(state, { acknowledged, total }) {
    if (state === "failed") return filled(this.#words(this.#job.problem.name), this.#job.problem.details);
    if (state === "done" && this.#note) return this.#note;
    return filled(this.#words(state), { done: size(acknowledged), total: size(total) });
  }

  #part(name) {
    return this.#item.querySelector(`[data-${name}]`);
  }
}

/** The words with {names} replaced by their details. */
export function filled(words, details) {
  return Object.entries(details).reduce(
    (filling, [name, value]) => filling.replace(`{${name}}`, () => value),
    words,
  );
}
