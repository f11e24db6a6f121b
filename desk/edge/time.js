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
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end);
  });

/** @param {number} milliseconds @returns {AbortSignal} aborted when they are over */
export const timeLimit = (milliseconds) => AbortSignal.timeout(milliseconds);

/** @returns {string} the time zone of this machine, `Europe/Paris` */
export const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
