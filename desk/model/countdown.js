// How much is left of WhatsApp's 24-hour window, and of anything else that ends.

const DAY_MS = 86_400_000;
const CLOSING_MS = 2 * 3_600_000;
/** From here on seconds matter. */
export const SOON_MS = 15 * 60_000;
/** From here on a row says how much is left. */
export const ROW_SAYS_MS = 4 * 3_600_000;

/**
 * @typedef {object} Left
 * @property {"open" | "closing" | "soon" | "closed"} state closing: less than 2 h are left; soon: less than 15 min
 * @property {number} ms what is left
 * @property {number} share of a day, 0 to 1
 */

/**
 * @param {string | null | undefined} closesAt
 * @param {number} now milliseconds since 1970
 * @returns {Left}
 */
export function leftOf(closesAt, now) {
  const ms = closesAt ? Math.max(0, Date.parse(closesAt) - now) : 0;
  const state = ms === 0 ? "closed" : ms < SOON_MS ? "soon" : ms < CLOSING_MS ? "closing" : "open";
  return { state, ms, share: Math.min(1, ms / DAY_MS) };
}

/**
 * @param {number} ms
 * @returns {string} `12:30`, minutes and seconds
 */
export function clock(ms) {
  const seconds = Math.ceil(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/**
 * What is left in the words of the duration that matters: hours alone while there are many, `1 h 05 min` below two.
 * @param {number} ms
 * @returns {{hours: number, minutes: number}} without minutes where they do not matter
 */
export function hoursAndMinutes(ms) {
  const minutes = Math.ceil(ms / 60_000);
  return { hours: Math.floor(minutes / 60), minutes: ms < CLOSING_MS ? minutes % 60 : 0 };
}
