// Who sits here, and how the API is told.

import { reload } from "./edge/browser.js";
import { keptInTab } from "./edge/storage.js";
import { SignInFailed } from "./model/sign-in.js";
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

/** Of `entra` mode, and loaded only there. @type {import("./sign-in.js").SignIn | null} */
let signIn = null;

/**
 * Lets in whom the tenant knows; the page may leave for the tenant's, and come back. In `key` mode, nobody is asked.
 * @throws {SignInFailed}
 */
export async function openSession() {
  const { mode, authority, clientId, scope } = config.value ?? {};
  if (mode !== "entra") return;
  if (!authority || !clientId || !scope) throw new SignInFailed("no_sign_in");
  const { SignIn } = await import("./sign-in.js");
  signIn ??= await SignIn.at({ authority, clientId, scope });
  await signIn.enter();
}

/**
 * Begins anew with the API, where the person is now; what was written waits in this browser.
 * @param {{choose?: boolean}} [how] as `SignIn.begin`
 */
export const signInAgain = (how) => (signIn ? void signIn.begin(how) : reload());

/** The person leaves: nothing in this tab says who it was. */
export function leaveSession() {
  sitDown(null);
  if (signIn) signIn.leave();
  else reload();
}

/** The person has left in another tab, which ends the session for all. */
export function stayOut() {
  sitDown(null);
  if (signIn) signIn.stayOut();
  else reload();
}

/** @returns {Promise<Record<string, string>>} the headers that say who calls */
export async function headers() {
  if (signIn) {
    const token = await signIn.token();
    return token ? { Authorization: `Bearer ${token}` } : {};
  }
  const { value: chosen } = person;
  const key = config.value?.key;
  return {
    ...(key ? { "x-functions-key": key } : {}),
    ...(chosen ? { "X-Agent-Id": chosen.agentId, "X-Agent-Role": chosen.role } : {}),
  };
}
