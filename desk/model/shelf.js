// A shelf of files of a bounded size: what nobody looks at goes first, the longest unused before the others.

/**
 * @template T
 * @typedef {{key: string, size: number, users: number, item: T}} Kept
 */

/**
 * @template T
 * @typedef {readonly Kept<T>[]} Shelf the longest unused first
 */

/**
 * Somebody looks at one: it is used, and the newest.
 * @template T
 * @param {Shelf<T>} shelf
 * @param {string} key
 * @returns {Shelf<T>}
 */
export function use(shelf, key) {
  const found = shelf.find((kept) => kept.key === key);
  return found ? [...shelf.filter((kept) => kept !== found), { ...found, users: found.users + 1 }] : shelf;
}

/**
 * @template T
 * @param {Shelf<T>} shelf
 * @param {string} key
 * @returns {Shelf<T>}
 */
export const leave = (shelf, key) =>
  shelf.map((kept) => (kept.key === key ? { ...kept, users: Math.max(0, kept.users - 1) } : kept));

/**
 * @template T
 * @param {Shelf<T>} shelf
 * @param {number} most bytes
 * @returns {{kept: Shelf<T>, dropped: Shelf<T>}} what is looked at stays, even over the limit
 */
export function cut(shelf, most) {
  let over = shelf.reduce((sum, { size }) => sum + size, 0) - most;
  const dropped = shelf.filter(({ users, size }) => {
    if (over <= 0 || users > 0) return false;
    over -= size;
    return true;
  });
  return { kept: shelf.filter((one) => !dropped.includes(one)), dropped };
}
