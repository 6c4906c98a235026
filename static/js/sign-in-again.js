// <sign-in-again>: a session that ended under an open page is begun anew in place; what waits for
// it (upload/persistence.js) goes on. Nothing takes the focus away from who is writing.

import { freshToken } from "./upload/token.js";

class SignInAgain extends HTMLElement {
  connectedCallback() {
    document.addEventListener("signed-out", () => this.#ask());
    document.addEventListener("signed-in", () => this.#leave());
    window.addEventListener("focus", () => this.#notice());
  }

  #leave() {
    const hadFocus = this.contains(document.activeElement);
    this.replaceChildren(this.#template);
    if (hadFocus) document.querySelector("main :is(textarea, input)")?.focus();
  }

  get #template() {
    return this.querySelector("template");
  }

  #ask() {
    if (this.querySelector("form")) return;
    this.append(this.#template.content.cloneNode(true));
    this.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#signIn(event.target);
    });
  }

  // Signed in in another tab meanwhile.
  async #notice() {
    if (this.querySelector("form") && (await freshToken())) this.#goOn();
  }

  async #signIn(form) {
    const said = form.querySelector("[data-said]");
    said.textContent = this.dataset.textWait;
    try {
      const page = await fetch(form.action, { redirect: "manual" });
      const isSignedIn = isRedirect(page) || (await this.#send(form, await page.text(), said));
      if (isSignedIn && (await freshToken())) this.#goOn();
      else if (isSignedIn) said.textContent = this.dataset.textOther;
    } catch {
      said.textContent = this.dataset.textUnreachable;
    }
  }

  async #send(form, page, said) {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("csrf_token", parsed(page).querySelector('form input[name="csrf_token"]')?.value ?? "");
    const answer = await fetch(form.action, { method: "POST", body: fields, redirect: "manual" });
    if (isRedirect(answer)) return true;
    const errors = parsed(await answer.text()).querySelectorAll(".form-errors p, .field-error");
    said.textContent = [...errors].map((error) => error.textContent).join(" ") || this.dataset.textUnreachable;
    return false;
  }

  #goOn() {
    document.dispatchEvent(new CustomEvent("signed-in"));
  }
}

// Whoever is signed in is sent on.
const isRedirect = (answer) => answer.type === "opaqueredirect";
const parsed = (page) => new DOMParser().parseFromString(page, "text/html");

customElements.define("sign-in-again", SignInAgain);
