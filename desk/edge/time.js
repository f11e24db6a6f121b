// The clock of the browser and its timers.

/** @returns {number} milliseconds since 1970 */
export const now = () => Date.now();

/**
 * @param {number} milliseconds
 * @param {() => void} what
 * @returns {() => void} call it to let it be
 */
export function later(milliseconds, what) {
  const timer = setTimeout(what, milliseconds);
  return () => clearTimeout(timer);
}

/**
 * @param {number} milliseconds
 * @param {() => void} what
 * @returns {() => void} call it to end it
 */
export function every(milliseconds, what) {
  const timer = setInterval(what, milliseconds);
  return () => clearInterval(timer);
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} [signal] ends the pause early
 * @returns {Promise<void>}
 */
export const pause = (milliseconds, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

/** @returns {string} the time zone of this machine, `Europe/Paris` */
export const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
