// Which lines of a thread are drawn, and when it follows what comes.

/** So many lines are drawn at most: a thread of thousands stays quick. */
export const MOST_SHOWN = 300;
const STEP = 50;
const NEAR = 80;

/** @typedef {{start: number, stop: number}} Range of lines that are drawn, `stop` not among them */

/**
 * @param {readonly string[]} keys of all lines, oldest first
 * @param {string | null} last the newest line to draw; null: the newest that there is
 * @param {string | null} [kept] a line that somebody looks at: it is drawn, and some before it
 * @returns {Range}
 */
export function rangeOf(keys, last, kept = null) {
  const found = last === null ? -1 : keys.lastIndexOf(last);
  const stop = found < 0 ? keys.length : found + 1;
  const start = Math.max(0, stop - MOST_SHOWN);
  const at = kept === null ? -1 : keys.indexOf(kept);
  if (at < 0 || at >= start + STEP) return { start, stop };
  const from = Math.max(0, at - STEP);
  return { start: from, stop: Math.min(keys.length, from + MOST_SHOWN) };
}

/**
 * @param {readonly string[]} keys
 * @param {Range} range
 * @returns {string | null} the newest line to draw so that older ones come into sight
 */
export const olderThan = (keys, { start, stop }) =>
  (start === 0 ? lastAt(keys, stop) : lastAt(keys, Math.max(stop - STEP, MOST_SHOWN)));

/**
 * @param {readonly string[]} keys
 * @param {Range} range
 */
export const newerThan = (keys, { stop }) => lastAt(keys, stop + STEP);

/** @type {(keys: readonly string[], stop: number) => string | null} */
const lastAt = (keys, stop) => (stop >= keys.length ? null : (keys[stop - 1] ?? null));

/**
 * Whether somebody looks at the end of what scrolls; what is not laid out shows nothing.
 * @param {{scrollTop: number, clientHeight: number, scrollHeight: number}} box
 */
export const isAtEnd = ({ scrollTop, clientHeight, scrollHeight }) =>
  clientHeight > 0 && scrollHeight - scrollTop - clientHeight <= NEAR;
