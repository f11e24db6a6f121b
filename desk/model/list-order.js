// A list that somebody points at keeps still: what is there stays where it is, and what is new comes below.

/**
 * @template {{conversationId: string}} T
 * @param {readonly string[]} before the ids as they are shown
 * @param {readonly T[]} wanted the rows in their right order
 * @returns {T[]} the same rows, those that were shown in their places
 */
export function still(before, wanted) {
  const place = new Map(before.map((id, at) => [id, at]));
  const placeOf = (/** @type {T} */ row) => place.get(row.conversationId) ?? before.length;
  return [...wanted].sort((one, other) => placeOf(one) - placeOf(other));
}

/**
 * @param {readonly {conversationId: string}[]} shown
 * @param {readonly {conversationId: string}[]} wanted
 */
export const inOrder = (shown, wanted) => shown.every((row, at) => row.conversationId === wanted[at]?.conversationId);
