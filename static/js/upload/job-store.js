// What this browser keeps of uploads until the bucket has confirmed them, in IndexedDB: a page that
// is reloaded, closed or crashed finds them again. One record a job; its files are blobs on disk.

const DATABASE = "uploads";
const RECORDS = "jobs";

let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(RECORDS, { keyPath: "id" });
    request.onsuccess = () => {
      request.result.onclose = () => (opened = null); // some browsers close it in the background
      resolve(request.result);
    };
    request.onerror = () => {
      opened = null;
      reject(request.error);
    };
  });
  return opened;
}

/** Resolves when the browser has written it; rejects where its store is full or forbidden. */
async function run(mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(RECORDS, mode);
    const request = act(transaction.objectStore(RECORDS));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const jobStore = {
  /** @returns {Promise<object[]>} every record, the oldest first; none where nothing can be kept */
  async all() {
    const records = await run("readonly", (store) => store.getAll()).catch(() => []);
    return records.sort((a, b) => a.createdAt - b.createdAt);
  },
  get: (id) => run("readonly", (store) => store.get(id)),
  put: (record) => run("readwrite", (store) => store.put(record)),
  drop: (id) => run("readwrite", (store) => store.delete(id)).catch(() => {}),
};

// Two tabs that have the same page open must not both go on with an upload.
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
