// <draft-keeper>: keeps what is typed in this browser until the server has it.
// If the page is opened again and the server knows less, it offers the kept texts, newest first.

import { keptTexts } from "./kept-texts.js";

const FIELDS = ["title", "body", "tags", "excerpt", "slug"];
const NEW_POST = "/admin/posts/new";

// What the server keeps is tidied: white space, the order of tags, the spelling of an address.
const tidy = (text) => text.split(/\s+/).filter(Boolean).join(" ");
const tidyTag = (tag) => tidy(tag).replace(/^#\s*/, "").toLowerCase();
const COMPARED = {
  title: tidy,
  body: (text) => text.trimEnd(),
  tags: (text) => text.split(",").map(tidyTag).filter(Boolean).sort().join(),
  excerpt: (text) => text.trimEnd(),
  slug: (text) => text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, "-"),
};

class DraftKeeper extends HTMLElement {
  #form;
  #texts = keptTexts(location.pathname);
  #visit = `${Date.now()} ${Math.random()}`; // each tab keeps a text of its own
  #offered = null;

  connectedCallback() {
    this.#form = this.closest("form");
    keptTexts(NEW_POST).forget((fields) => this.#isSaved(fields, { address: false }));
    this.#texts.forget((fields) => this.#isSaved(fields, { address: true }));
    if (!this.#form.hasAttribute("data-holds-unsaved")) this.#offerNext();
    this.#form.addEventListener("input", () => this.#keep());
    // What was typed before this script had come, or what the browser itself brings back.
    if (this.#hasTyped) this.#keep();
    window.addEventListener("pageshow", () => this.#hasTyped && this.#keep());
    this.addEventListener("click", (event) => {
      const action = event.target.closest("[data-action]")?.dataset.action;
      if (action) this.#decide(action);
    });
  }

  get #hasTyped() {
    const { elements } = this.#form;
    return FIELDS.some((name) => elements[name] && this.#valueOf(name) !== elements[name].defaultValue);
  }

  #keep() {
    const fields = Object.fromEntries(FIELDS.map((name) => [name, this.#valueOf(name)]));
    this.#texts.keep(this.#visit, fields);
    document.querySelector("[data-save-state]").textContent = this.dataset.textUnsaved;
  }

  #offerNext() {
    this.#offered = this.#texts.newest(this.#visit);
    this.hidden = !this.#offered;
    if (!this.#offered) return;
    this.querySelector("[data-time]").textContent = new Date(this.#offered.at).toLocaleString();
  }

  #decide(action) {
    const { visit, fields } = this.#offered;
    this.#texts.drop(visit);
    if (action === "restore") {
      if (this.#hasTyped) this.#keep();
      for (const name of FIELDS) {
        if (this.#form.elements[name]) this.#form.elements[name].value = fields[name];
      }
      this.#visit = visit; // what stood here before stays kept beside it
      this.#form.elements.body.dispatchEvent(new CustomEvent("text-restored"));
      this.#keep();
    }
    this.#offerNext();
    this.#form.elements.body.focus();
  }

  /** Whether the page shows these fields as the server has them; a new post had no address yet. */
  #isSaved(fields, { address }) {
    return FIELDS.every((name) => {
      if (name === "slug" && (!address || !fields.slug)) return true;
      return COMPARED[name](fields[name]) === COMPARED[name](this.#valueOf(name));
    });
  }

  #valueOf(name) {
    return this.#form.elements[name]?.value ?? "";
  }
}

customElements.define("draft-keeper", DraftKeeper);
