// Moving about in a grid by the arrow keys, however many columns it has at the moment.

/**
 * @param {KeyboardEvent} event  @param {HTMLElement[]} choices  in their order
 * @param {() => void} leave  upwards, from the first row
 */
export function moveByArrows(event, choices, leave) {
  const at = choices.indexOf(event.target);
  if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  const columns = countColumns(choices);
  const last = choices.length - 1;
  const target = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: Math.min(at + columns, last),
    Home: 0,
    End: last,
  }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  if (target < 0 && event.key === "ArrowUp") leave();
  else choices[Math.max(0, Math.min(target, last))].focus();
}

function countColumns([first, ...others]) {
  const { top } = first.getBoundingClientRect();
  const below = others.findIndex((choice) => choice.getBoundingClientRect().top > top + 1);
  return below < 0 ? others.length + 1 : below + 1;
}
