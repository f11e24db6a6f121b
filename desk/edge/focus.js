// Where the focus is, and one step back from it.

/** @param {string} selector @returns {boolean} whether there is something that could take it */
function focus(selector) {
  const element = /** @type {HTMLElement | null} */ (document.querySelector(selector));
  element?.focus();
  return element !== null && document.activeElement === element;
}

/**
 * Remembers what has the focus, for something that takes it and goes.
 * @returns {() => void} gives it back, or to the composer if what had it is gone; not if something else took it
 */
export function rememberFocus() {
  const before = document.activeElement;
  return () => {
    if (before === document.body || document.activeElement !== document.body) return;
    if (before instanceof HTMLElement && before.isConnected) before.focus();
    else focus(".composer textarea");
  };
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
