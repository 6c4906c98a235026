// What a search has found: replaced as one types, and continued before its end is reached.

import { Refusal, load, withParameters } from "./send.js";

const AHEAD = "1200px"; // how far below the window the next page is asked for
const PAUSE = 250; // milliseconds without a key before a search begins

export class Results {
  #host;
  #form;
  #fragment;
  #onSearch;
  #abort = new AbortController();
  #timer = 0;
  #observer;

  /**
   * @param {HTMLElement} host  has the words (data-text-…)
   * @param {HTMLElement} root  holds [data-results], [data-status] and the form
   * @param {{fragment: string, scrolls?: Element | null, onSearch?: (address: URL) => void}} options
   *   fragment: which one the server shall make; scrolls: what one scrolls in, null for the page
   */
  constructor(host, root, { fragment, scrolls = null, onSearch = () => {} }) {
    this.#host = host;
    this.#form = root.querySelector("form");
    this.#fragment = fragment;
    this.#onSearch = onSearch;
    this.place = root.querySelector("[data-results]");
    this.status = root.querySelector("[data-status]");
    this.#observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && this.#loadMore(),
      { root: scrolls, rootMargin: `0px 0px ${AHEAD} 0px` },
    );
    this.#form.addEventListener("input", () => this.#searchSoon());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.search();
    });
    this.place.addEventListener("click", (event) => {
      if (!event.target.closest("[data-more] a")) return;
      event.preventDefault();
      this.#loadMore({ isAsked: true });
    });
    this.#watch();
  }

  get items() {
    return [...(this.place.querySelector("[data-items]")?.children ?? [])];
  }

  /** Shows what the form asks for now. */
  async search() {
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#abort = new AbortController();
    const address = this.#address();
    try {
      const { signal } = this.#abort;
      const found = await load(withParameters(address, { fragment: this.#fragment }), { signal });
      this.place.replaceChildren(found);
      this.#onSearch(address);
      const count = this.items.length;
      const words = count === 0 ? "none" : this.#more ? "many" : "found";
      this.say(this.words(words, { count }));
      this.#watch();
    } catch (error) {
      this.#explain(error);
    }
  }

  /** Puts what has come since before the rest, which stays as it is: somebody may be writing there. */
  async showNew() {
    const grid = this.place.querySelector("[data-items]");
    if (!grid) {
      await this.search();
      return;
    }
    const shown = new Set(this.items.map((item) => item.dataset.id));
    const found = await load(withParameters(this.#address(), { fragment: this.#fragment })).catch(() => null);
    const items = [...(found?.querySelector("[data-items]")?.children ?? [])];
    const here = new Set(this.items.map((item) => item.dataset.id)); // others may have come meanwhile
    grid.prepend(...items.filter(({ dataset }) => !shown.has(dataset.id) && !here.has(dataset.id)));
  }

  /** The words of this name, those in braces filled in. */
  words(name, details = {}) {
    const words = this.#host.getAttribute(`data-text-${name}`) ?? name;
    return words.replace(/\{(\w+)\}/g, (_, key) => details[key]);
  }

  say(words) {
    this.status.textContent = words;
  }

  get #more() {
    return this.place.querySelector("[data-more] a");
  }

  #address() {
    const address = new URL(this.#host.dataset.url ?? this.#form.action, location.href);
    for (const [name, value] of new FormData(this.#form)) {
      if (value !== "" && value !== "all") address.searchParams.set(name, value);
    }
    return address;
  }

  #searchSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.search(), PAUSE);
  }

  async #loadMore({ isAsked = false } = {}) {
    const link = this.#more;
    if (!link || link.ariaDisabled === "true") return;
    link.ariaDisabled = "true";
    const hadFocus = isAsked || link === document.activeElement;
    try {
      const { signal } = this.#abort;
      const found = await load(withParameters(link.href, { fragment: this.#fragment }), { signal });
      const items = [...(found.querySelector("[data-items]")?.children ?? [])];
      this.place.querySelector("[data-items]").append(...items);
      this.place.querySelector("[data-more]").remove();
      this.place.append(...found.querySelectorAll("[data-more]"));
      if (hadFocus) items[0]?.querySelector("a, button").focus({ preventScroll: true });
      this.say(this.words("more", { count: items.length }));
      this.#watch();
    } catch (error) {
      link.ariaDisabled = null;
      this.#explain(error);
    }
  }

  #watch() {
    this.#observer.disconnect();
    if (this.#more) this.#observer.observe(this.#more);
  }

  #explain(error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Refusal)) throw error;
    this.say(error.said || this.words(error.name));
  }
}
