// How long to wait before a call that came to nothing is made again.

const STEPS_S = [1, 2, 5, 15, 30];

/** @param {number} failures before this one @returns {number} seconds, more each time */
export const backOff = (failures) => STEPS_S[Math.min(failures, STEPS_S.length - 1)] ?? 30;
