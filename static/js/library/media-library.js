// <media-library>: searches as one types, goes on when its end comes near, keeps what is described.

import { Descriptions } from "./descriptions.js";
import { Results } from "./results.js";
import { Selection } from "./selection.js";

class MediaLibrary extends HTMLElement {
  #results;

  connectedCallback() {
    this.#results = new Results(this, this, {
      fragment: "1",
      onSearch: (address) => this.#showAddress(address),
    });
    new Descriptions(this.#results);
    new Selection(this, this.#results);
    this.addEventListener("click", (event) => this.#remember(event));
    document.addEventListener("media-uploaded", () => this.#showNew());
    this.#comeBack();
  }

  #showNew() {
    document.querySelector("[data-invitation]")?.remove();
    this.hidden = false;
    this.#results.showNew();
  }

  #showAddress(address) {
    history.replaceState(null, "", address);
    this.querySelector("[data-newest]")?.remove();
  }

  // Whoever comes back from an item finds the page of the list on which it stood, however far
  // down that was: the address says it, so that nothing has to be loaded twice.
  #remember(event) {
    const item = event.target.closest("a") && event.target.closest("[data-id]");
    if (!item) return;
    const address = new URL(location.href);
    address.searchParams.delete("before");
    if (item.dataset.before) address.searchParams.set("before", item.dataset.before);
    address.hash = item.id;
    history.replaceState(null, "", address);
    history.scrollRestoration = "manual";
  }

  #comeBack() {
    const item = location.hash.startsWith("#item-") && document.getElementById(location.hash.slice(1));
    if (!item) return;
    item.scrollIntoView({ block: "center" });
    item.querySelector("a").focus({ preventScroll: true });
  }
}

customElements.define("media-library", MediaLibrary);
