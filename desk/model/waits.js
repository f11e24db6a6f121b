// Times until which one may want to set a conversation aside.

const HOUR = 3_600_000;
const MORNING = 9;

/**
 * @param {number} now milliseconds since 1970
 * @returns {Date[]} in one hour and in four, to the quarter of an hour; tomorrow, and on Monday, in the morning
 */
export function comingTimes(now) {
  const monday = (8 - new Date(now).getDay()) % 7 || 7;
  return [quarter(now + HOUR), quarter(now + 4 * HOUR), morning(now, 1), ...(monday > 1 ? [morning(now, monday)] : [])];
}

/** @param {number} at */
const quarter = (at) => new Date(Math.ceil(at / (HOUR / 4)) * (HOUR / 4));

/** @param {number} now @param {number} days */
function morning(now, days) {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, MORNING);
}
