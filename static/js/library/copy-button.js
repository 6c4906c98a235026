// <copy-button>: copies what its field holds; where the browser forbids it, the field is marked.

class CopyButton extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => this.#copy());
  }

  async #copy() {
    const field = this.querySelector("input");
    field.select();
    const isCopied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    this.querySelector("[data-status]").textContent = isCopied
      ? this.dataset.textCopied
      : this.dataset.textChosen;
  }
}

customElements.define("copy-button", CopyButton);
