// A first alternative text from a file's name, where a person has given it.

// A name that a camera or phone gave says nothing about the picture: IMG_2041, PXL_2026-1122~2.
const CAMERA_NAME = /^(img|dsc[nf]?|pxl|dji|gopr|mvimg|image|photo|picture|screenshot|vid|video|mov|p)?[\W\d_]*(wa|hdr|edit|copy)?[\W\d_]*$/i;

export function altFrom(name) {
  const stem = name.replace(/\.[^.]*$/, "");
  return CAMERA_NAME.test(stem) ? "" : stem.replace(/[-_[\]\\`*<>!\s]+/g, " ").trim();
}
