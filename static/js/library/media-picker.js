// <media-picker>: a button that opens the library in a dialog, to choose one picture or video.
// What was chosen is told by the event "media-chosen", which bubbles.

class MediaPicker extends HTMLElement {
  #dialog = null;
  #making = null;
  #results;

  connectedCallback() {
    this.querySelector("[data-open]").addEventListener("click", () => this.open());
  }

  disconnectedCallback() {
    this.#dialog?.remove();
    this.#dialog = null;
  }

  async open() {
    this.#making ??= this.#make();
    this.#dialog = await this.#making;
    if (this.#dialog.open) return;
    this.#dialog.showModal();
    this.#results.search(); // anew each time: something may have been uploaded since
    this.#dialog.querySelector("[type=search]").select();
  }

  // It hangs at the end of the page: within the editor's form its fields would be the post's.
  async #make() {
    // Fetched when somebody looks for something: most who write do not.
    const [{ moveByArrows }, { Results }] = await Promise.all([import("./arrows.js"), import("./results.js")]);
    const dialog = this.querySelector("template").content.firstElementChild.cloneNode(true);
    document.body.append(dialog);
    const scrolls = dialog.querySelector("[data-results]");
    this.#results = new Results(this, dialog, { fragment: "picker", scrolls });
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => this.#choose(event));
    dialog.addEventListener("keydown", (event) => this.#press(event, moveByArrows));
    return dialog;
  }

  #choose({ target }) {
    if (target === this.#dialog) this.#dialog.close(); // beside it
    const choice = target.closest("[data-choice]");
    if (!choice) return;
    this.#dialog.close();
    const { markdown, reference, alt, id } = choice.dataset;
    const detail = { markdown, reference, alt, id: Number(id), name: choice.textContent.trim() };
    this.dispatchEvent(new CustomEvent("media-chosen", { bubbles: true, detail }));
  }

  #press(event, moveByArrows) {
    const choices = [...this.#dialog.querySelectorAll("[data-choice]")];
    if (event.target.matches("[type=search]")) {
      if (event.key !== "ArrowDown" || choices.length === 0) return;
      event.preventDefault();
      choices[0].focus();
    } else {
      moveByArrows(event, choices, () => this.#dialog.querySelector("[type=search]").focus());
    }
  }
}

customElements.define("media-picker", MediaPicker);
