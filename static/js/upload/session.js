// Whether the author is signed in, as far as uploads notice: who finds out that she is not waits
// here until she is, in this tab or in another one.

import { freshToken } from "./token.js";

let waiting = null;

/**
 * Resolves when the author has signed in again. The page hears "signed-out", shows a way in
 * (sign-in-again.js), and says "signed-in" to the document.
 */
export async function untilSignedIn(signal) {
  waiting ??= new Promise((resolve) => {
    const check = async () => {
      if (!(await freshToken())) return;
      document.removeEventListener("signed-in", check);
      window.removeEventListener("focus", check);
      waiting = null;
      resolve();
    };
    document.addEventListener("signed-in", check);
    window.addEventListener("focus", check); // she may have signed in in another tab
    document.dispatchEvent(new CustomEvent("signed-out"));
  });
  await Promise.race([waiting, aborted(signal)]);
}

/** Rejects with the signal's reason when it is aborted; never resolves. */
export function aborted(signal) {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
}
