// What can go wrong with an upload, by the name of the words for it (data-text-… in the HTML).

export class UploadProblem extends Error {
  /** @param {string} name  @param {Record<string, string>} [details] fill {…} in the words */
  constructor(name, details = {}) {
    super(name);
    this.name = name;
    this.details = details;
  }
}

/** A problem that may be gone in a moment: what met it is tried again. */
export function temporary(name, details) {
  return Object.assign(new UploadProblem(name, details), { isTemporary: true });
}
