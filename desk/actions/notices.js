// Lines at the edge of the screen that say what happened.

import { ApiError } from "../api.js";
import { newId } from "../edge/browser.js";
import { later } from "../edge/time.js";
import { t, tOr } from "../i18n.js";
import { notices } from "../state.js";

/** @typedef {import("../state.js").Notice} Notice */

const SHOWN_MS = 6_000;
const MOST = 4;

/**
 * @param {"info" | "good" | "bad"} tone
 * @param {string} text
 * @param {{action?: Notice["action"], ms?: number}} [options] `ms`: how long it stays; bad news stays until it is closed
 * @returns {string} its id
 */
export function tell(tone, text, { action, ms = tone === "bad" ? 0 : SHOWN_MS } = {}) {
  const id = newId();
  const all = [...notices.value, { id, tone, text, ...(action ? { action } : {}) }];
  const spare = all.length > MOST ? all.find((one) => !one.action) : null; // never the one that undoes something
  notices.value = all.filter((one) => one !== spare);
  if (ms) later(ms, () => dismiss(id));
  return id;
}

/** @param {string} id */
export function dismiss(id) {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/**
 * Says in words of the person's language why the API did not do something.
 * @param {unknown} error
 * @returns {string}
 */
export function reasonOf(error) {
  const { code, message, errors = [], requestId } = /** @type {Partial<import("../api.js").ApiError>} */ (error);
  const words = tOr(`problem.${code}`, message ?? String(error));
  const details = errors.map((one) => `${one.path}: ${one.message}`).join(" · ");
  return [words, details, requestId ? t("problem.request", { id: requestId }) : ""].filter(Boolean).join(" ");
}

/**
 * Does something, and says so when it fails.
 * @template T
 * @param {() => Promise<T>} action
 * @returns {Promise<T | undefined>} undefined when it failed
 */
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    // the banner of the connection stays as long as that is so
    tell("bad", reasonOf(error), error instanceof ApiError && error.status === 0 ? { ms: SHOWN_MS } : {});
    return undefined;
  }
}
