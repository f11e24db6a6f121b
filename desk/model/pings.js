// Templates that asked the customer to write, and wait for it.

/** @typedef {import("../types/shapes").Message} Message */

/**
 * @param {readonly Message[]} lines oldest first
 * @returns {string | null} when the last template went out that the customer has not answered
 */
export function lastPing(lines) {
  const since = lines.slice(lines.findLastIndex((line) => line.direction === "in") + 1);
  return since.findLast((line) => line.kind === "template" && line.status !== "failed")?.at ?? null;
}
