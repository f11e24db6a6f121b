// What the reports page makes of the figures: sums, days, and the heights of bars.

/** @typedef {import("../actions/reports.js").Figures} Figures */
/** @typedef {import("../actions/reports.js").By} By */

const DAY_MS = 24 * 3_600_000;

/** @param {Figures} line @param {By} by @returns {string | null} what the line is about; null: that nobody had */
export const subjectOf = (line, by) => line[by] ?? null;

/** @param {readonly Figures[]} lines @param {"closed" | "answered" | "abandoned" | "messagesIn" | "messagesOut" | "failures"} figure */
export const sum = (lines, figure) => lines.reduce((total, line) => total + line[figure], 0);

/** @param {number} now @param {number} days @returns {{from: string, to: string}} the last days, today among them, by UTC */
export const lastDays = (now, days) => ({ from: dayOf(now - (days - 1) * DAY_MS), to: dayOf(now) });

/** @param {number} time */
const dayOf = (time) => new Date(time).toISOString().slice(0, 10);

/**
 * Round values for the lines behind bars, from 0 to at least the highest.
 * @param {number} highest
 * @returns {number[]} three to six values
 */
export function scale(highest) {
  const step = niceStep(Math.max(1, highest) / 4);
  return Array.from({ length: Math.ceil(Math.max(1, highest) / step) + 1 }, (_, index) => index * step);
}

/** @param {number} rough */
function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10;
  return Math.max(1, step * power);
}
