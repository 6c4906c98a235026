// The ways in which files come: the button, dropping anywhere on the page, pasting into the text.

/** @param {HTMLElement} element  with the file input  @param {(files: Iterable<File>) => void} take */
export function takeFiles(element, take) {
  const input = element.querySelector("input[type=file]");
  const takeChosen = () => {
    const files = [...input.files];
    input.value = ""; // so that the same file can be chosen again
    if (files.length > 0) take(files);
  };
  input.addEventListener("change", takeChosen);
  element.querySelector("textarea")?.addEventListener("paste", (event) => paste(event, take));
  for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
    // Anywhere on the page, for a file dropped beside the text would replace the page.
    window.addEventListener(type, (event) => drag(event, element, take));
  }
  takeChosen(); // what was chosen before this script had come
}

function paste(event, take) {
  const { files, types } = event.clipboardData;
  // Office programs put a picture of the text beside the text; the text is what is meant.
  if (files.length === 0 || types.includes("text/plain")) return;
  event.preventDefault();
  take([...files]);
}

function drag(event, element, take) {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  const isLeaving = event.type === "drop" || (event.type === "dragleave" && !event.relatedTarget);
  element.toggleAttribute("data-dragging", !isLeaving);
  if (event.type === "drop") take([...event.dataTransfer.files]);
}
