// Alternative texts, kept as soon as their field is left; what could not be kept stays as typed.

import { Refusal, send } from "./send.js";

export class Descriptions {
  #results;
  #kept = new WeakMap(); // what the server has, by the field
  #unkept = new Set();

  /** @param {import("./results.js").Results} results */
  constructor(results) {
    this.#results = results;
    results.place.addEventListener("change", ({ target }) => this.#isField(target) && this.#keep(target));
    results.place.addEventListener("keydown", (event) => this.#press(event));
    results.place.addEventListener("submit", (event) => {
      if (!event.target.matches("[data-description]")) return;
      event.preventDefault();
      this.#keep(event.target.elements.alt);
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.#unkept.size > 0) event.preventDefault();
    });
  }

  #isField(target) {
    return target.name === "alt";
  }

  // It is one line, however it is shown: Enter keeps it, Escape brings back what was kept.
  #press(event) {
    const { key, target } = event;
    if (!this.#isField(target) || event.isComposing) return;
    if (key === "Escape") target.value = this.#keptOf(target);
    if (key !== "Enter") return;
    event.preventDefault();
    this.#keep(target);
  }

  #keptOf(field) {
    return this.#kept.get(field) ?? field.defaultValue;
  }

  async #keep(field) {
    const typed = field.value;
    if (typed === this.#keptOf(field)) {
      if (this.#unkept.delete(field)) this.#show(field, "");
      return;
    }
    this.#unkept.add(field);
    this.#show(field, "saving");
    try {
      const answer = await send(field.form.action, new FormData(field.form));
      this.#kept.set(field, answer.alt);
      if (field.value !== typed) return this.#keep(field); // it was changed meanwhile
      field.value = answer.alt;
      this.#unkept.delete(field);
      this.#show(field, "saved");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#show(field, "refused", error.said || this.#results.words(error.name));
    }
  }

  #show(field, state, words = state && this.#results.words(state)) {
    field.form.dataset.state = state;
    field.form.querySelector("[data-state-words]").textContent = words;
    if (state === "saved" || state === "refused") this.#results.say(words);
  }
}
