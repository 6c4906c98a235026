// How something that failed is tried again: after a pause, when the browser is online again, when
// the author has signed in again.

import { aborted, untilSignedIn } from "./session.js";

const PAUSES = [500, 2000, 5000]; // milliseconds before the second, third and fourth attempt

/**
 * Tries until it works, or until a problem is not a temporary one, or stays.
 * @template Result
 * @param {(isLast: boolean) => Promise<Result>} attempt
 * @param {{signal: AbortSignal, onState: (state: string) => void}} job
 * @returns {Promise<Result>}
 */
export async function persist(attempt, { signal, onState }) {
  for (let failures = 0; ; ) {
    try {
      return await attempt(failures >= PAUSES.length);
    } catch (error) {
      signal.throwIfAborted();
      if (error.name === "signed-out") {
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

function pause(milliseconds, signal) {
  let timer;
  const over = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  return Promise.race([over, aborted(signal)]).finally(() => clearTimeout(timer));
}

function untilOnline(signal) {
  const online = new Promise((resolve) => window.addEventListener("online", resolve, { once: true }));
  return Promise.race([online, aborted(signal)]);
}
