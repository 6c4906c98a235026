// <draft-keeper>: keeps what is typed in this browser until the server has it.
// If the page is opened again and the server knows less, it offers the kept text.

const FIELDS = ["title", "body", "tags", "excerpt", "slug"];
const NEW_POST = "/admin/posts/new";

class DraftKeeper extends HTMLElement {
  #form;
  #isOffering = false;

  connectedCallback() {
    this.#form = this.closest("form");
    this.#forgetSaved(NEW_POST); // it has an address of its own since it was saved
    this.#offer();
    this.#form.addEventListener("input", () => this.#keep());
    this.addEventListener("click", (event) => {
      const action = event.target.closest("[data-action]")?.dataset.action;
      if (action) this.#decide(action);
    });
  }

  get #typed() {
    return Object.fromEntries(FIELDS.map((name) => [name, this.#form.elements[name]?.value ?? ""]));
  }

  #keep() {
    if (this.#isOffering) return; // what is offered is not overwritten before it was decided on
    const kept = JSON.stringify({ at: Date.now(), fields: this.#typed });
    try {
      localStorage.setItem(this.#key(location.pathname), kept);
    } catch {
      // The browser's store is full or forbidden: saving to the server still works.
    }
  }

  #offer() {
    this.#forgetSaved(location.pathname);
    const kept = this.#read(location.pathname);
    if (!kept || this.#form.hasAttribute("data-holds-unsaved")) return;
    this.#isOffering = true;
    this.querySelector("[data-time]").textContent = new Date(kept.at).toLocaleString();
    this.hidden = false;
  }

  #decide(action) {
    const kept = this.#read(location.pathname);
    if (action === "restore" && kept) {
      for (const name of FIELDS) {
        if (this.#form.elements[name]) this.#form.elements[name].value = kept.fields[name];
      }
    } else {
      localStorage.removeItem(this.#key(location.pathname));
    }
    this.#isOffering = false;
    this.hidden = true;
    this.#form.elements.body.focus();
  }

  #forgetSaved(path) {
    const kept = this.#read(path);
    const typed = this.#typed;
    if (kept && ["title", "body", "tags"].every((name) => same(kept.fields[name], typed[name]))) {
      localStorage.removeItem(this.#key(path));
    }
  }

  #read(path) {
    try {
      return JSON.parse(localStorage.getItem(this.#key(path)));
    } catch {
      return null;
    }
  }

  #key(path) {
    return `draft ${path}`;
  }
}

function same(one, other) {
  const words = (text) => text.split(/[\s,]+/).filter(Boolean).join(" ");
  return words(one) === words(other);
}

customElements.define("draft-keeper", DraftKeeper);
