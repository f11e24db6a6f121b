// Durations in words short enough for a table.

/**
 * @param {number} seconds
 * @returns {{unit: "seconds" | "minutes" | "hours" | "days", value: number, rest: number}} the two units that matter:
 *   `rest` is in the next smaller one
 */
export function parts(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return { unit: "seconds", value: whole, rest: 0 };
  if (whole < 3_600) return { unit: "minutes", value: Math.floor(whole / 60), rest: whole % 60 };
  if (whole < 86_400) return { unit: "hours", value: Math.floor(whole / 3_600), rest: Math.floor((whole % 3_600) / 60) };
  return { unit: "days", value: Math.floor(whole / 86_400), rest: Math.floor((whole % 86_400) / 3_600) };
}
