// Puts what was chosen in the library at the cursor of the text, in a paragraph of its own.

import "./media-picker.js";

const touched = new WeakSet();

// A text that nobody has touched yet has its cursor at the beginning, where nobody wants a picture.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches("textarea")) touched.add(target);
});

document.addEventListener("media-chosen", (event) => {
  const textarea = document.getElementById(event.target.dataset.insertsInto ?? "");
  if (textarea) insertParagraph(textarea, event.detail.markdown);
});

/** @param {HTMLTextAreaElement} textarea  @param {string} markdown */
export function insertParagraph(textarea, markdown) {
  const { value } = textarea;
  if (!touched.has(textarea)) textarea.setSelectionRange(value.length, value.length);
  const { selectionStart: start, selectionEnd: end } = textarea;
  const before = value.slice(0, start);
  const after = value.slice(end);
  const lead = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const trail = after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  const words = lead + markdown + trail;
  textarea.focus();
  textarea.setSelectionRange(start, end);
  // Out of date and without a successor: only this way can the author undo it.
  if (document.execCommand("insertText", false, words)) return;
  textarea.setRangeText(words, start, end, "end");
  textarea.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
