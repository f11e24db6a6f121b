// The words of the desk, in the language that the person chose or the browser has.

import { languagesOfTheBrowser, queryParameter, readOwnFile, setLanguageOfPage } from "./edge/browser.js";
import { kept } from "./edge/storage.js";
import { computed, signal } from "./vendor/signals.js";

export const LANGUAGES = /** @type {const} */ (["en", "fr"]);

/** @typedef {typeof LANGUAGES[number]} Language */
/** @typedef {Record<string, string>} Words */

/** The language shown; a view that reads words is drawn anew when it changes. */
export const language = signal(/** @type {Language} */ ("en"));
const words = signal(/** @type {Words} */ ({}));

/**
 * @param {readonly (string | null)[]} wishes the most wished first; `fr-CA` is French
 * @returns {Language}
 */
export function choose(wishes) {
  for (const wish of wishes) {
    const found = LANGUAGES.find((known) => wish?.toLowerCase().split("-")[0] === known);
    if (found) return found;
  }
  return "en";
}

/** Loads the words of the language that `?lang=`, the person's choice or the browser asks for. */
export const loadLanguage = () =>
  speak(choose([queryParameter("lang"), kept.read("desk.language"), ...languagesOfTheBrowser()]));

/** @param {Language} wanted */
async function speak(wanted) {
  const told = /** @type {Words} */ (await readOwnFile(`languages/${wanted}.json`));
  words.value = Object.fromEntries(Object.entries(told).map(([key, text]) => [key, unbroken(text)]));
  language.value = wanted;
  setLanguageOfPage(wanted);
}

/** No line ends before a sign that French sets apart, or within a number. @param {string} text */
const unbroken = (text) =>
  text.replaceAll(/ (?=[;!?])/g, "\u202f").replaceAll(/ (?=[:»%])|(?<=«) |(?<=\d) (?=\d)/g, "\u00a0");

/** @param {Language} wanted */
export async function chooseLanguage(wanted) {
  await speak(wanted);
  kept.write("desk.language", wanted);
}

const plurals = computed(() => new Intl.PluralRules(language.value));

/**
 * Says something in the language of the person.
 * @param {string} key of `languages/*.json`; with a `count`, its forms are `<key>.one`, `<key>.other`, …
 * @param {Record<string, string | number>} [values] what stands for `{name}`
 */
export function t(key, values = {}) {
  const known = words.value;
  const form = "count" in values ? `${key}.${plurals.value.select(Number(values.count))}` : key;
  const text = known[form] ?? known[`${key}.other`] ?? known[key] ?? key;
  return text.replaceAll(/{(\w+)}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** @param {string} key whether there are words for it: codes of the server may be newer than the desk */
export const known = (key) => key in words.value;

/**
 * Says something of which there may be no words.
 * @param {string} key
 * @param {string} otherwise what is said then
 */
export const tOr = (key, otherwise) => (known(key) ? t(key) : otherwise);

/** Whose habits dates follow. */
const LOCALES = { en: "en-GB", fr: "fr-FR" };

/**
 * By language and options: to make one takes a hundred times as long as to use it, and a thread is drawn with hundreds.
 * One keeps the time zone in which it was made, so who travels sees the new one after a reload: to ask for the zone
 * takes as long as to make one.
 * @type {Map<string, Intl.DateTimeFormat>}
 */
const timeFormats = new Map();

/**
 * @param {number | Date | string} time
 * @param {Intl.DateTimeFormatOptions} options
 */
export function formatTime(time, options) {
  const locale = LOCALES[language.value];
  const name = locale + JSON.stringify(options);
  const format = timeFormats.get(name) ?? new Intl.DateTimeFormat(locale, { hourCycle: "h23", ...options });
  timeFormats.set(name, format);
  return format.format(new Date(time));
}

const numbers = computed(() => new Intl.NumberFormat(language.value));

/** @param {number} value */
export const formatNumber = (value) => numbers.value.format(value);
