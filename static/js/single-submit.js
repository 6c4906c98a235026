// A form is sent once: the second press of an impatient author would make a second post.

let isSent = false;

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.submitter?.formTarget === "_blank") return;
  if (isSent) event.preventDefault();
  isSent = true;
});

// Back from the next page, or the server did not answer and the author stopped waiting.
window.addEventListener("pageshow", () => (isSent = false));
window.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") isSent = false;
});
