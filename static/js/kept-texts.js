// The texts of one page that this browser keeps: one for each visit, the newest first.

const MOST = 5;

export function keptTexts(path) {
  const key = `draft ${path}`;

  function read() {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? [];
    } catch {
      return [];
    }
  }

  function write(texts) {
    try {
      if (texts.length > 0) localStorage.setItem(key, JSON.stringify(texts.slice(0, MOST)));
      else localStorage.removeItem(key);
    } catch {
      // The browser's store is full or forbidden: saving to the server still works.
    }
  }

  return {
    keep(visit, fields) {
      const others = read().filter((text) => text.visit !== visit);
      write([{ visit, at: Date.now(), fields }, ...others]);
    },
    /** The newest text that another visit has left. */
    newest: (visit) => read().find((text) => text.visit !== visit) ?? null,
    drop: (visit) => write(read().filter((text) => text.visit !== visit)),
    forget: (isKnown) => write(read().filter((text) => !isKnown(text.fields))),
  };
}
