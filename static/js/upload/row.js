// One upload as the author sees it: name, thumbnail, progress, words, buttons.

const ACTIONS = {
  hashing: ["cancel"],
  uploading: ["cancel"],
  offline: ["cancel"],
  checking: ["cancel"],
  done: ["insert", "dismiss"],
  failed: ["retry", "dismiss"],
  cancelled: ["retry", "dismiss"],
};

export class Row {
  #item;
  #words;
  #thumbnailUrl = null;

  /** @param {HTMLTemplateElement} template  @param {(name: string) => string} words */
  constructor(template, file, words, onAction) {
    this.#item = template.content.firstElementChild.cloneNode(true);
    this.#words = words;
    this.#part("name").textContent = file.name;
    this.#part("progress").setAttribute("aria-label", file.name);
    this.#item.addEventListener("click", (event) => {
      const action = event.target.closest("[data-action]")?.dataset.action;
      if (action) onAction(action);
    });
    template.parentElement.append(this.#item);
    this.state = "hashing";
  }

  set state(state) {
    this.#item.dataset.state = state;
    for (const button of this.#item.querySelectorAll("[data-action]")) {
      button.hidden = !ACTIONS[state].includes(button.dataset.action);
    }
    if (state !== "failed") this.say(this.#words(state));
  }

  /** A share from 0 to 1; full only when the bucket has confirmed it. */
  set progress(share) {
    const percent = Math.round(share * 100);
    this.#part("progress").setAttribute("aria-valuenow", percent);
    this.#part("progress").style.setProperty("--progress", `${percent}%`);
  }

  say(words) {
    const message = this.#part("message");
    if (message.textContent !== words) message.textContent = words;
  }

  fail(words) {
    this.state = "failed";
    this.progress = 0;
    this.say(words);
  }

  /** Shows the picture; resolves to its decoded element, rejects where it cannot be decoded. */
  async show(blob) {
    this.#forgetThumbnail();
    this.#thumbnailUrl = URL.createObjectURL(blob);
    const image = this.#part("thumbnail");
    image.src = this.#thumbnailUrl;
    await image.decode();
    return image;
  }

  remove() {
    this.#forgetThumbnail();
    this.#item.remove();
  }

  #forgetThumbnail() {
    if (this.#thumbnailUrl) URL.revokeObjectURL(this.#thumbnailUrl);
  }

  #part(name) {
    return this.#item.querySelector(`[data-${name}]`);
  }
}
