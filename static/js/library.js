// What the library's pages load: each import is a custom element that improves a part of them.
import "./library/copy-button.js";
import "./library/media-library.js";
import "./library/media-picker.js";
import "./library/replacement.js";
import "./single-submit.js";
import "./upload/media-uploader.js";
