// What preparing hands over: files, each with what the server is told about it.

/**
 * @typedef {object} PreparedFile
 * @property {"main" | "variant" | "poster"} role
 * @property {string} content_type
 * @property {number} width  in pixels
 * @property {number} height
 * @property {number} size  in bytes
 * @property {string} sha256  lower-case hex
 * @property {Blob} blob
 *
 * @typedef {object} Prepared
 * @property {"picture" | "video"} kind
 * @property {string} name  with the extension that the main file truly has
 * @property {PreparedFile[]} files  main first, then the variants from small to large
 * @property {Blob} thumbnail  128 pixels at most
 * @property {boolean} hadLocation  the author is told that it was removed
 * @property {boolean} isAnimated
 * @property {boolean} keptOriginal  only metadata were cut away
 * @property {{content_type: string, width: number, height: number, size: number}} source
 */

const EXTENSIONS = {
  "image/jpeg": ["jpg", "jpeg", "jpe", "jfif"],
  "image/png": ["png", "apng"],
  "image/webp": ["webp"],
  "image/gif": ["gif"],
  "image/avif": ["avif"],
};

/** @returns {Promise<PreparedFile>} */
export async function describeFile(role, { width, height, blob }) {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { role, content_type: blob.type, width, height, size: blob.size, sha256, blob };
}

/** @returns {string} the name with an extension that says what the file is: IMG_1.webp */
export function withTrueExtension(name, type) {
  const [, stem, extension] = /^(.*?)(?:\.([^.]*))?$/s.exec(name);
  if (EXTENSIONS[type].includes(extension?.toLowerCase())) return name;
  return `${stem}.${EXTENSIONS[type][0]}`;
}
