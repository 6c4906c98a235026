// One question to the blog, as JSON, and what its answer means for an upload.

import { temporary, UploadProblem } from "./problem.js";
import { freshToken, token } from "./token.js";

/**
 * @returns {Promise<object>} the answer's JSON
 * @throws {UploadProblem | DOMException} "signed-out"; "said" with the blog's own words, and its
 *   whole answer as `answer`; "server" where it could not be asked. The latter, AbortError, when
 *   it was cancelled.
 */
export async function ask(url, body, signal, { isSecondTime = false } = {}) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
    signal,
  }).catch((error) => {
    throw error.name === "TypeError" ? temporary("server") : error;
  });
  const said = await answer.json().catch(() => null);
  signal?.throwIfAborted();
  if (answer.ok && said) return said;
  if (answer.ok) throw temporary("server"); // the page of some hotel, or an answer that was cut off
  if (answer.status === 400 || answer.status === 401) {
    // Signed in anew in another tab: the session is another one, and so is its token.
    if (!isSecondTime && (await freshToken())) return ask(url, body, signal, { isSecondTime: true });
    throw new UploadProblem(answer.status === 401 ? "signed-out" : "server");
  }
  if (answer.status === 503 && said?.error) throw temporary("said", { words: said.error });
  if (answer.status >= 500) throw temporary("server");
  const words = said?.error ?? Object.values(said?.errors ?? {}).join(" ");
  throw Object.assign(new UploadProblem("said", { words }), {
    answer: said,
    // What did not arrive well is sent once more; what another tab has cancelled begins anew.
    isTemporary: [404, 409].includes(answer.status),
  });
}
