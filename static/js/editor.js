// What the editor's page loads: each import is a custom element that improves a part of it.
import "./draft-keeper.js";
import "./library/insert-chosen.js";
import "./single-submit.js";
import "./upload/media-uploader.js";
