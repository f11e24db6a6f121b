// Moments and ages in words: "10:42", "yesterday 18:05"; the whole date when pointed at.

import { h } from "../vendor/preact.js";
import { minutes } from "../clock.js";
import { formatTime, t } from "../i18n.js";
import { ageOf, dayOf } from "../model/ages.js";

/** @param {{at: string | number}} props */
export const ClockTime = ({ at }) => h("time", { dateTime: new Date(at).toISOString(), title: wholeTime(at) }, clockTime(at));

/** @param {{at: string}} props */
export const When = ({ at }) => h("time", { dateTime: at, title: wholeTime(at) }, momentWords(at));

/** @param {{since: string}} props how long something lasts already: "12 min" */
export const Age = ({ since }) => h("time", { dateTime: since, title: wholeTime(since) }, ageWords(since));

/** @param {string | number} at */
const wholeTime = (at) => formatTime(at, { dateStyle: "full", timeStyle: "long" });

/** @param {string | number} at @returns {string} `10:42` */
export const clockTime = (at) => formatTime(at, { hour: "2-digit", minute: "2-digit" });

/** @param {string} at @returns {string} `today`, `yesterday`, else the date */
export function dayWords(at) {
  const day = dayOf(at, minutes.value);
  if (day === "today") return t("thread.today");
  return day === "yesterday" ? t("thread.yesterday") : formatTime(at, { dateStyle: "full" });
}

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
