// Times of messages: short for the eye, whole when pointed at.

import { h } from "../vendor/preact.js";
import { formatTime } from "../i18n.js";

/** @param {{at: string | number}} props */
export const ClockTime = ({ at }) => h("time", { dateTime: new Date(at).toISOString(), title: wholeTime(at) }, clockTime(at));

/** @param {string | number} at @returns {string} `10:42` */
export const clockTime = (at) => formatTime(at, { hour: "2-digit", minute: "2-digit" });

/** @param {string | number} at */
const wholeTime = (at) => formatTime(at, { dateStyle: "full", timeStyle: "long" });
