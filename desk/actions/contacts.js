// Customers: what is known of them, and changing it.

import { api } from "../api.js";
import { put } from "../state.js";
import { signal } from "../vendor/signals.js";

/** @typedef {import("../types/shapes").Contact} Contact */
/** @typedef {import("../types/shapes").Conversation} Conversation */

/** The contacts that were looked at, by id. */
export const contacts = signal(/** @type {ReadonlyMap<string, Contact>} */ (new Map()));

/** @param {string} id */
export async function loadContact(id) {
  const { body } = await api("GET", `contacts/${encodeURIComponent(id)}`);
  put(contacts, id, body);
  return /** @type {Contact} */ (body);
}

/**
 * @param {string} id
 * @param {Partial<Pick<Contact, "name" | "language" | "optedOut" | "externalUrl">>} changes
 */
export async function changeContact(id, changes) {
  const { body } = await api("PATCH", `contacts/${encodeURIComponent(id)}`, { json: changes });
  put(contacts, id, body);
}

/** @param {string} id @returns {Promise<Conversation[]>} the conversations of a contact, the newest first */
export const conversationsOf = async (id) => (await api("GET", `contacts/${encodeURIComponent(id)}/conversations?limit=20`)).body.items;
