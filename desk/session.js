// Who sits here, and how the API is told.

import { keptInTab } from "./edge/storage.js";
import { signal } from "./vendor/signals.js";

/**
 * @typedef {object} Config answer of GET /desk/config
 * @property {"key" | "entra"} mode
 * @property {string} version
 * @property {string} [key] of the local stack
 * @property {string} [authority]
 * @property {string} [clientId]
 * @property {string} [scope]
 * @property {"ok" | "bad"} [configuration]
 */

/** @typedef {"Agent" | "Supervisor" | "Admin"} Role */

/** What the desk was told before anybody signed in. */
export const config = signal(/** @type {Config | null} */ (null));

/** The person who was chosen in `key` mode; null: nobody yet. */
export const person = signal(/** @type {{agentId: string, role: Role} | null} */ (keptInTab.read("desk.person")));

/** The API does not know the person any more: what is written stays, and waits for a new sign-in. */
export const ended = signal(false);

export const sessionEnded = () => {
  ended.value = true;
};

/** @param {{agentId: string, role: Role} | null} chosen */
export function sitDown(chosen) {
  keptInTab.write("desk.person", chosen);
  person.value = chosen;
}

/** @returns {Promise<Record<string, string>>} the headers that say who calls */
export async function headers() {
  const { value: chosen } = person;
  const key = config.value?.key;
  return {
    ...(key ? { "x-functions-key": key } : {}),
    ...(chosen ? { "X-Agent-Id": chosen.agentId, "X-Agent-Role": chosen.role } : {}),
  };
}
