// How old something is, in the unit that a person thinks in; and on which day it was.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * @param {string} at
 * @param {number} now milliseconds since 1970
 * @returns {{unit: "now" | "minutes" | "hours" | "days", value: number}}
 */
export function ageOf(at, now) {
  const ms = Math.max(0, now - Date.parse(at));
  if (ms < MINUTE) return { unit: "now", value: 0 };
  if (ms < HOUR) return { unit: "minutes", value: Math.floor(ms / MINUTE) };
  if (ms < DAY) return { unit: "hours", value: Math.floor(ms / HOUR) };
  return { unit: "days", value: Math.floor(ms / DAY) };
}

/**
 * On which day, seen from now, by the clock of this machine.
 * @param {string | number} at
 * @param {number} now milliseconds since 1970
 * @returns {"today" | "yesterday" | "tomorrow" | "other"}
 */
export function dayOf(at, now) {
  const days = Math.round((startOfDay(now) - startOfDay(new Date(at).getTime())) / DAY);
  return days === 0 ? "today" : days === 1 ? "yesterday" : days === -1 ? "tomorrow" : "other";
}

/** @param {number} at */
function startOfDay(at) {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}
