// Choosing several, and deleting them in place after a question.

import { Refusal, load, send, withParameters } from "./send.js";

export class Selection {
  #host;
  #results;
  #form;
  #dialog;
  #last = null;

  /** @param {HTMLElement} host  @param {import("./results.js").Results} results */
  constructor(host, results) {
    this.#host = host;
    this.#results = results;
    this.#form = host.querySelector("#selection");
    this.#dialog = host.querySelector("[data-question]");
    results.place.addEventListener("click", (event) => this.#choose(event));
    this.#form.addEventListener("reset", () => setTimeout(() => this.#count()));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask(this.#chosen.map((box) => box.value));
    });
    this.#dialog.addEventListener("click", (event) => {
      if (!event.target.closest("[data-close]")) return;
      event.preventDefault();
      this.#dialog.close();
    });
    this.#dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#delete(event.target);
    });
    this.#count();
  }

  get #boxes() {
    return [...this.#results.place.querySelectorAll(".library-check")];
  }

  get #chosen() {
    return this.#boxes.filter((box) => box.checked);
  }

  // With Shift, all between the last one and this one go the same way.
  #choose({ target, shiftKey }) {
    if (!target.matches(".library-check")) return;
    const boxes = this.#boxes;
    const ends = [boxes.indexOf(target), boxes.indexOf(this.#last)].sort((a, b) => a - b);
    if (shiftKey && ends[0] >= 0) {
      for (const box of boxes.slice(ends[0], ends[1] + 1)) box.checked = target.checked;
    }
    this.#last = target;
    this.#count();
  }

  #count() {
    const count = this.#chosen.length;
    this.#form.querySelector("[data-chosen]").textContent = this.#results.words("chosen", { count });
  }

  async #ask(ids) {
    const address = new URL(this.#form.action);
    for (const id of ids) address.searchParams.append("id", id);
    try {
      const question = await load(withParameters(address, { fragment: "1" }));
      this.#dialog.querySelector("[data-question-text]").replaceChildren(question);
      this.#complain("");
      if (!this.#dialog.open) this.#dialog.showModal();
    } catch (error) {
      this.#results.say(this.#wordsOf(error));
    }
  }

  async #delete(form) {
    try {
      const { deleted, refused } = await send(form.action, new FormData(form));
      this.#take(deleted);
      if (refused.length > 0) await this.#ask(refused.map(({ id }) => id));
      else this.#dialog.close();
      this.#results.say(this.#results.words("deleted", { count: deleted.length }));
    } catch (error) {
      this.#complain(this.#wordsOf(error));
    }
  }

  #take(ids) {
    const items = ids.map((id) => document.getElementById(`item-${id}`)).filter(Boolean);
    const next = items.at(-1)?.nextElementSibling ?? items[0]?.previousElementSibling;
    for (const item of items) item.remove();
    this.#count();
    if (this.#results.items.length === 0) this.#results.search();
    (next?.querySelector("a") ?? this.#host.querySelector("[type=search]")).focus();
  }

  #complain(words) {
    const problem = this.#dialog.querySelector("[data-problem]");
    problem.textContent = words;
    problem.hidden = words === "";
  }

  #wordsOf(error) {
    if (!(error instanceof Refusal)) throw error;
    return error.said || this.#results.words(error.name);
  }
}
