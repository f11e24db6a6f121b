// The server's time, and one ticker for all that counts down.

import { every, now as browserNow } from "./edge/time.js";
import { signal } from "./vendor/signals.js";

const SMOOTHING = 0.2;
const MUCH = 120_000;

/** @type {number | null} what the server's clock is ahead of this one, in milliseconds */
let ahead = null;

/** This machine's clock is off by more than two minutes. */
export const clockIsOff = signal(false);

/** The time of the server, anew each second; a view that reads it is drawn anew then. */
export const seconds = signal(browserNow());

/** The same, anew each minute. */
export const minutes = signal(browserNow());

/** @returns {number} the server's time, as well as it is known */
export const now = () => browserNow() + (ahead ?? 0);

/** @param {string | null} date the header `Date` of an answer, which has whole seconds */
export function heardTime(date) {
  const told = date ? Date.parse(date) : NaN;
  if (Number.isNaN(told)) return;
  const seen = told + 500 - browserNow();
  ahead = ahead === null || Math.abs(seen - ahead) > MUCH ? seen : ahead + (seen - ahead) * SMOOTHING;
  clockIsOff.value = Math.abs(ahead) > MUCH;
}

export function startClock() {
  every(1_000, () => {
    seconds.value = now();
    if (Math.floor(seconds.value / 60_000) !== Math.floor(minutes.value / 60_000)) minutes.value = seconds.value;
  });
}
