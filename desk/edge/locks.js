// Locks that all tabs of this browser share.

/**
 * Does something while no other tab does the like.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} what
 * @returns {Promise<T>}
 */
export const holding = (name, what) => navigator.locks.request(name, what);
