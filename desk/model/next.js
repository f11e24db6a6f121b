// Who should be answered next.

import { byWaiting } from "./rows.js";

/** @typedef {import("./rows.js").Known} Known */

/**
 * The conversation that has waited longest, of this person's and of those that nobody has.
 * @param {Iterable<Known>} rows
 * @param {string} me
 * @param {string | null} [except] the one that is open
 * @returns {Known | null}
 */
export function longestWaiting(rows, me, except = null) {
  let found = null;
  for (const row of rows) {
    if (row.gone || row.status === "closed" || !row.waitingSince || row.conversationId === except) continue;
    if (row.agent !== me && (row.agent !== null || row.offer)) continue;
    if (!found || byWaiting(row, found) < 0) found = row;
  }
  return found;
}
