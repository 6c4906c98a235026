// What was chosen as the replacement goes into its field; the way back leads to where one was.

const form = document.querySelector("#replacement-form");

form?.addEventListener("media-chosen", ({ detail }) => {
  form.elements.replacement.value = detail.reference;
  const chosen = form.querySelector("[data-chosen]");
  chosen.textContent = detail.name;
  chosen.hidden = false;
  form.querySelector("[type=submit]").focus();
});

const wayBack = document.querySelector("[data-way-back]");
const cameFrom = document.referrer && new URL(document.referrer);

if (wayBack && cameFrom && cameFrom.origin === location.origin && cameFrom.pathname === wayBack.pathname) {
  wayBack.addEventListener("click", (event) => {
    event.preventDefault();
    history.back();
  });
}
