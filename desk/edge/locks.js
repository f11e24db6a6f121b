// Locks that all tabs of this browser share.

/**
 * Does something while no other tab does the like.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} what
 * @returns {Promise<T>}
 */
export const holding = async (name, what) => await navigator.locks.request(name, what);

/** Holds a lock for as long as this tab lives. @param {string} name */
export const holdForever = (name) => void navigator.locks.request(name, () => new Promise(() => {}));

/** @returns {Promise<Set<string>>} the names of the locks that any tab holds */
export async function heldLocks() {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map((lock) => lock.name ?? ""));
}

/**
 * Does something unless another tab does the like at the moment.
 * @param {string} name
 * @param {() => Promise<void>} what
 */
export const ifFree = (name, what) => navigator.locks.request(name, { ifAvailable: true }, async (lock) => lock && what());
