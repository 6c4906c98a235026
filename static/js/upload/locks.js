// Which tab works at an upload: two that have the same page open must not both go on with it.

/** @returns {Promise<(() => void) | null>} how to let go of it, or null where another tab has it */
export function hold(id) {
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((resolve) => {
    navigator.locks.request(`upload ${id}`, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(null);
      return new Promise((release) => resolve(release));
    });
  });
}
