// Moments and ages in words: "10:42", "yesterday 18:05"; the whole date when pointed at.

import { h } from "../vendor/preact.js";
import { minutes } from "../clock.js";
import { formatTime, t } from "../i18n.js";
import { ageOf, dayOf } from "../model/ages.js";
import { clockTime } from "./ago.js";

/** @param {{at: string}} props */
export const When = ({ at }) =>
  h("time", { dateTime: at, title: formatTime(at, { dateStyle: "full", timeStyle: "long" }) }, momentWords(at));

/** @param {{since: string}} props how long something lasts already: "12 min" */
export const Age = ({ since }) =>
  h("time", { dateTime: since, title: formatTime(since, { dateStyle: "full", timeStyle: "long" }) }, ageWords(since));

/** @param {string | number} at @returns {string} `10:42`, `yesterday 18:05`, `24 Nov 10:42` */
export function momentWords(at) {
  const day = dayOf(at, minutes.value);
  const time = clockTime(at);
  if (day === "today") return time;
  return day === "other" ? `${formatTime(at, { day: "numeric", month: "short" })} ${time}` : t(`when.${day}`, { time });
}

/** @param {string} since */
export function ageWords(since) {
  const { unit, value } = ageOf(since, minutes.value);
  return unit === "now" ? t("when.now") : t(`duration.${unit}`, { value });
}
