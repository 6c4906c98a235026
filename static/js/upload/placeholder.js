// The stand-in for a picture in the text, until the picture's own reference is known.

const MARK = /\n{0,2}!\[Uploading [^\]]*\]\(uploading:\w+\)/g;

let count = 0;

/** A new stand-in for a file of this name, as Markdown that no other text contains. */
export function makeMark(name) {
  count += 1;
  const words = name.replace(/[[\]\\\s]+/g, " ").trim();
  return `![Uploading ${words}…](uploading:${Date.now().toString(36)}${count})`;
}

/** The stand-ins in a text. */
export function marksIn(text) {
  return [...text.matchAll(MARK)].map(([found]) => found.trimStart());
}

export class Placeholder {
  #textarea;
  #mark;
  #lead = "";
  #trail = "";

  constructor(textarea, mark) {
    this.#textarea = textarea;
    this.#mark = mark;
  }

  get isInText() {
    return this.#textarea.value.includes(this.#mark);
  }

  /** Puts it at the cursor, in a paragraph of its own; the cursor goes behind it. */
  insert() {
    const { value, selectionEnd } = this.#textarea; // what is selected stays: it is nobody's to delete
    const before = value.slice(0, selectionEnd);
    const after = value.slice(selectionEnd);
    this.#lead = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    this.#trail = after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
    this.#replace(selectionEnd, selectionEnd, this.#lead + this.#mark + this.#trail, "end");
  }

  /** Replaces it by the picture; false where the author has deleted it meanwhile. */
  resolve(markdown) {
    const start = this.#textarea.value.indexOf(this.#mark);
    if (start < 0) return false;
    this.#replace(start, start + this.#mark.length, markdown, "preserve");
    return true;
  }

  /** Takes it away again, and the line ends that came with it: the text is as it was. */
  remove() {
    const { value } = this.#textarea;
    let start = value.indexOf(this.#mark);
    if (start < 0) return;
    let end = start + this.#mark.length;
    if (value.startsWith(this.#trail, end)) end += this.#trail.length;
    // The next of several pictures has none of its own, and still needs them.
    const isLast = !value.startsWith("![", end);
    if (isLast && value.slice(0, start).endsWith(this.#lead)) start -= this.#lead.length;
    this.#replace(start, end, "", "preserve");
  }

  #replace(start, end, words, selection) {
    this.#textarea.setRangeText(words, start, end, selection);
    this.#textarea.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}
