// Finding a customer: by name among what is loaded, by number everywhere.

import { api } from "../api.js";
import { later } from "../edge/time.js";
import { among } from "../model/find.js";
import { looksLikePhone } from "../model/phone.js";
import { rows } from "../state.js";
import { computed, signal } from "../vendor/signals.js";

/** @typedef {import("../types/shapes").Contact} Contact */

const TYPING_MS = 400;

/** What is looked for. */
export const wanted = signal("");

/** The contacts with the number that is looked for; null: not asked, or not answered yet. */
export const contacts = signal(/** @type {readonly Contact[] | null} */ (null));

/** Why a number could not be looked up. */
export const problem = signal(/** @type {unknown} */ (null));

/** What was found among the loaded conversations; null: nothing is looked for. */
export const found = computed(() => (wanted.value.trim() ? { rows: among(rows.value.values(), wanted.value) } : null));

let cancel = () => {};

/** @param {string} text */
export function look(text) {
  cancel();
  wanted.value = text;
  contacts.value = null;
  problem.value = null;
  if (looksLikePhone(text)) cancel = later(TYPING_MS, () => void lookUp(text));
}

/** @param {string} phone in any spelling */
async function lookUp(phone) {
  try {
    const { body } = await api("POST", "contacts/find", { json: { phone } });
    if (wanted.peek() === phone) contacts.value = body.items;
  } catch (error) {
    if (wanted.peek() === phone) problem.value = error;
  }
}
