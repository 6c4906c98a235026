// Pictures made ready for the web in the author's browser, beside the page and not in its way.

import { UploadProblem } from "../upload/problem.js";
import { Line } from "./line.js";

export class Preparer {
  #pictures = new Line("picture");
  #avif = new Line("avif"); // a worker of its own: what is dropped never waits for it

  /**
   * One picture after the other, in the order in which they are asked for.
   * @param {Blob} file  of any kind; it is read in the worker
   * @param {{name: string, isSeen?: boolean, signal?: AbortSignal}} options  isSeen: the author
   *   was told that the picture looks damaged, and wants it
   * @returns {Promise<import("./prepared.js").Prepared>}
   * @throws {UploadProblem} empty, large, type, heic, broken, changed, huge, grey, memory,
   *   canvas, server, insecure, outdated  @throws {DOMException} AbortError
   */
  async prepare(file, { name, isSeen = false, signal }) {
    checkBrowser();
    return this.#pictures.run({ file, name, isSeen }, signal);
  }

  /**
   * @param {Blob} main  a picture that was prepared
   * @param {{width: number, height: number}[]} sizes
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<import("./prepared.js").PreparedFile[]>} variants in AVIF, one for each size
   */
  async makeAvif(main, sizes, { signal } = {}) {
    checkBrowser();
    return this.#avif.run({ main, sizes }, signal);
  }
}

function checkBrowser() {
  if (!window.isSecureContext) throw new UploadProblem("insecure"); // no hashes there
  if (typeof OffscreenCanvas === "undefined") throw new UploadProblem("outdated");
}
