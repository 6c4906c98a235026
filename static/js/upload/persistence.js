// How something that failed is tried again: after a pause, when the browser is online again, when
// the author has signed in again.

import { freshToken } from "./token.js";

const PAUSES = [500, 2000, 5000]; // milliseconds before the second, third and fourth attempt

/**
 * Tries until it works, or until a problem is not a temporary one, or stays.
 * @template Result
 * @param {(isLast: boolean) => Promise<Result>} attempt
 * @param {{signal: AbortSignal, onState: (state: string) => void, isQuiet?: boolean}} job
 *   isQuiet: nobody is asked to sign in for it
 * @returns {Promise<Result>}
 */
export async function persist(attempt, { signal, onState, isQuiet = false }) {
  for (let failures = 0; ; ) {
    try {
      return await attempt(failures >= PAUSES.length);
    } catch (error) {
      signal.throwIfAborted();
      if (error.name === "signed-out" && !isQuiet) {
        onState("signed-out");
        await untilSignedIn(signal);
      } else if (!error.isTemporary) {
        throw error;
      } else if (!navigator.onLine) {
        onState("offline");
        await untilOnline(signal);
      } else if (failures >= PAUSES.length) {
        throw error;
      } else {
        await pause(PAUSES[failures], signal);
        failures += 1;
      }
    }
  }
}

export function pause(milliseconds, signal) {
  let timer;
  const over = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  return Promise.race([over, aborted(signal)]).finally(() => clearTimeout(timer));
}

function untilOnline(signal) {
  const online = new Promise((resolve) => window.addEventListener("online", resolve, { once: true }));
  return Promise.race([online, aborted(signal)]);
}

let waiting = null;

/**
 * Resolves when the author has signed in again. The page hears "signed-out", shows a way in
 * (sign-in-again.js), and says "signed-in" to the document.
 */
async function untilSignedIn(signal) {
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
