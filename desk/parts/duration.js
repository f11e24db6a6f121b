// A duration in the person's language: "4 min 10 s".

import { minutes } from "../clock.js";
import { t } from "../i18n.js";
import { parts } from "../model/durations.js";

const SMALLER = /** @type {const} */ ({ days: "hours", hours: "minutes", minutes: "seconds" });

/**
 * @param {number | null | undefined} seconds
 * @param {boolean} [whole] minutes are what is known of it
 */
export function durationWords(seconds, whole = false) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 60 && whole) return t("duration.underMinute");
  const { unit, value, rest } = parts(seconds);
  const words = t(`duration.${unit}`, { value });
  return rest && unit !== "seconds" ? `${words} ${t(`duration.${SMALLER[unit]}`, { value: rest })}` : words;
}

/** @param {string} moment @returns {string} how long ago, in whole minutes */
export const sinceWords = (moment) => durationWords(Math.floor((minutes.value - Date.parse(moment)) / 60_000) * 60, true);
