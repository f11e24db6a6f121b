// What the desk knows now. Views read these signals; actions and the live poll write them.

import { signal } from "./vendor/signals.js";

/** @typedef {import("./types/shapes").Row} Row */
/** @typedef {import("./types/shapes").Conversation} Conversation */
/** @typedef {import("./types/shapes").Message} Message */
/** @typedef {import("./types/shapes").Me} Me */
/** @typedef {import("./types/shapes").Queue} Queue */
/** @typedef {import("./types/shapes").Agent} Agent */
/** @typedef {import("./api.js").ApiError} ApiError */

/**
 * @typedef {object} Thread what is known of an open conversation
 * @property {string} id
 * @property {Conversation | null} conversation null until it is loaded
 * @property {string | null} etag
 * @property {import("./model/messages.js").Line[]} lines oldest first
 * @property {string | null} older cursor of the page before; null: there is none
 * @property {boolean} loading its newest lines
 * @property {boolean} loadingOlder the page before
 * @property {boolean} behind something happened that is not shown yet: nothing is sent meanwhile
 * @property {ApiError | null} problem of the last load
 * @property {number} revision of the newest load; older ones change nothing
 * @property {number} heard the newest revision that the server told of, and whose lines were asked for
 */

/** Who sits here: GET /agents/me. */
export const me = signal(/** @type {Me | null} */ (null));

/** Every conversation that is known, by its id. */
export const rows = signal(/** @type {ReadonlyMap<string, Row>} */ (new Map()));

/** The conversations whose messages are known, by id; the few that were open last. */
export const threads = signal(/** @type {ReadonlyMap<string, Thread>} */ (new Map()));

/** Who else looks at a conversation: GET /changes. */
export const viewers = signal(/** @type {Readonly<Record<string, string[]>>} */ ({}));

export const queues = signal(/** @type {Queue[]} */ ([]));
export const agents = signal(/** @type {Agent[]} */ ([]));

/** Since when there has been no answer, by the browser's clock; null: connected. */
export const offlineSince = signal(/** @type {number | null} */ (null));

/** The lists that were loaded: by address, whether there is more, and what went wrong. */
export const lists = signal(
  /** @type {ReadonlyMap<string, {loading: boolean, cursor: string | null, problem: ApiError | null}>} */ (new Map()),
);

/**
 * @typedef {object} Notice a line that says what happened, and what can be done about it
 * @property {string} id
 * @property {"info" | "good" | "bad"} tone
 * @property {string} text
 * @property {{label: string, act: () => void}} [action]
 */

/** What the person is told at the edge of the screen. */
export const notices = signal(/** @type {readonly Notice[]} */ ([]));

/**
 * Puts something into a map, behind all that was put there before it.
 * @template T
 * @param {{value: ReadonlyMap<string, T>}} kept a signal of a map
 * @param {string} key
 * @param {T} value
 */
export function put(kept, key, value) {
  const next = new Map(kept.value);
  next.delete(key);
  kept.value = next.set(key, value);
}

/**
 * Takes something out of a map.
 * @param {{value: ReadonlyMap<string, unknown>}} kept a signal of a map
 * @param {string} key
 */
export function drop(kept, key) {
  const next = new Map(kept.value);
  next.delete(key);
  kept.value = next;
}

/**
 * Does something, unless it is being done: its key is in the set meanwhile.
 * @template T
 * @param {import("./vendor/signals.js").Signal<ReadonlySet<string>>} busy
 * @param {string} key
 * @param {() => Promise<T>} what
 * @returns {Promise<T | null>} null: it is being done
 */
export async function whileBusy(busy, key, what) {
  if (busy.peek().has(key)) return null;
  busy.value = new Set(busy.peek()).add(key);
  try {
    return await what();
  } finally {
    busy.value = new Set([...busy.peek()].filter((one) => one !== key));
  }
}
