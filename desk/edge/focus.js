// Where the focus is, and one step back from it.

/** @param {string} selector @returns {boolean} whether there is something that could take it */
function focus(selector) {
  const element = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  element?.focus();
  return element !== null && document.activeElement === element;
}

/**
 * Goes one step back: from the composer to the messages, from there to the row in the list.
 * @returns {boolean} false: it was at the list, or nowhere
 */
export function focusBack() {
  const active = document.activeElement;
  if (active?.closest(".composer, .conversation-header") && focus("[role=log]")) return true;
  if (active?.closest(".rows")) return false;
  return focus(".rows a[aria-current]") || focus(".rows a");
}
