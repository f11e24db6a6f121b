// What of the news a person has to be called for.

/** @typedef {import("./rows.js").Known} Known */
/** @typedef {"offer" | "assigned" | "message" | "queue" | "others"} Alert */

/** What each choice of sounds lets through. @type {Readonly<Record<"mine" | "all" | "none", readonly Alert[]>>} */
export const HEARD = {
  mine: ["offer", "assigned", "message", "queue"],
  all: ["offer", "assigned", "message", "queue", "others"],
  none: [],
};

/** What concerns this person alone: it is called out again until it is seen. @type {readonly Alert[]} */
export const PERSONAL = ["offer", "assigned", "message"];

/**
 * Whether a person is still to be called again: not if another tab of theirs has shown it, or it went to somebody else.
 * @param {Known | undefined} row
 * @param {string} me
 */
export const isUnseen = (row, me) => row !== undefined && !row.gone && row.agent === me && row.status !== "closed" && row.unread > 0;

/**
 * @param {Known} row as it is told
 * @param {Known | undefined} before as it was known
 * @param {string} me
 * @returns {Alert | null} null: nobody has to do anything about it now
 */
export function alertOf(row, before, me) {
  if (row.status === "closed" || (before && before.version >= row.version)) return null;
  if (row.offer?.agent === me) return before?.offer?.agent === me ? null : "offer";
  const heard = row.unread > (before?.unread ?? 0);
  if (row.agent === me) {
    if (before?.agent === me) return heard ? "message" : null;
    return before?.offer?.agent === me ? null : "assigned";
  }
  if (row.agent === null && row.status === "open" && !row.offer) return heard ? "queue" : null;
  return heard ? "others" : null;
}
