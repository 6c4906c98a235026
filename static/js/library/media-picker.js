// <media-picker>: a button that opens the library in a dialog, to choose one picture or video.
// What was chosen is told by the event "media-chosen", which bubbles.

import { moveByArrows } from "./arrows.js";
import { Results } from "./results.js";

class MediaPicker extends HTMLElement {
  #dialog = null;
  #results;

  connectedCallback() {
    this.querySelector("[data-open]").addEventListener("click", () => this.open());
  }

  disconnectedCallback() {
    this.#dialog?.remove();
    this.#dialog = null;
  }

  open() {
    this.#dialog ??= this.#make();
    this.#dialog.showModal();
    this.#results.search(); // anew each time: something may have been uploaded since
    this.#dialog.querySelector("[type=search]").select();
  }

  // It hangs at the end of the page: within the editor's form its fields would be the post's.
  #make() {
    const dialog = this.querySelector("template").content.firstElementChild.cloneNode(true);
    document.body.append(dialog);
    const scrolls = dialog.querySelector("[data-results]");
    this.#results = new Results(this, dialog, { fragment: "picker", scrolls });
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => this.#choose(event));
    dialog.addEventListener("keydown", (event) => this.#press(event));
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

  #press(event) {
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
