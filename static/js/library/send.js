// Requests to the blog that never lose what was typed: what goes wrong has a name for its words.

import { freshToken, token } from "../upload/token.js";

export class Refusal extends Error {
  /** @param {"signed-out" | "failed" | "said"} name  of the words  @param {string} [said] the server's own */
  constructor(name, said = "") {
    super(said || name);
    this.name = name;
    this.said = said;
  }
}

/**
 * Sends a form's fields; signed in anew in another tab, it goes on with the new token.
 * @param {string} url  @param {FormData} fields
 * @returns {Promise<object>} the JSON of the answer
 * @throws {Refusal}
 */
export async function send(url, fields, { isSecondTime = false } = {}) {
  fields.delete("csrf_token"); // it would count before the header, and grows old with its form
  const answer = await fetch(url, {
    method: "POST",
    body: fields,
    headers: { Accept: "application/json", "X-CSRFToken": token() },
  }).catch(() => {
    throw new Refusal("failed");
  });
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  if (answer.status === 400 || answer.status === 401) {
    if (!isSecondTime && (await freshToken())) return send(url, fields, { isSecondTime: true });
    throw new Refusal("signed-out");
  }
  throw said.error ? new Refusal("said", said.error) : new Refusal("failed");
}

/**
 * A piece of one of our pages.
 * @returns {Promise<DocumentFragment>}
 * @throws {Refusal | DOMException} the latter, AbortError, when another one was asked for
 */
export async function load(url, { signal } = {}) {
  const answer = await fetch(url, { signal }).catch((error) => {
    throw error.name === "AbortError" ? error : new Refusal("failed");
  });
  if (answer.redirected || answer.status === 401) throw new Refusal("signed-out");
  if (!answer.ok) throw new Refusal("failed");
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return template.content;
}

/** The same address with these parameters too. */
export function withParameters(url, parameters) {
  const changed = new URL(url, location.href);
  for (const [name, value] of Object.entries(parameters)) changed.searchParams.set(name, value);
  return changed.href;
}
