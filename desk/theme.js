// Light, dark, or as the system has it.

import { setThemeOfPage } from "./edge/browser.js";
import { kept } from "./edge/storage.js";
import { signal } from "./vendor/signals.js";

export const THEMES = /** @type {const} */ (["system", "light", "dark"]);

/** @typedef {typeof THEMES[number]} Theme */

export const theme = signal(/** @type {Theme} */ ("system"));

export const loadTheme = () => show(kept.read("desk.theme") ?? "system");

/** @param {Theme} wanted */
export function chooseTheme(wanted) {
  kept.write("desk.theme", wanted);
  show(wanted);
}

/** @param {Theme} wanted */
function show(wanted) {
  theme.value = wanted;
  setThemeOfPage(wanted);
}
