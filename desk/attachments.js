// Files that a person has put beside a text and not sent yet, by conversation.

import { newId } from "./edge/browser.js";
import { problemOf } from "./model/files.js";
import { put } from "./state.js";
import { signal } from "./vendor/signals.js";

/**
 * @typedef {object} Attached
 * @property {string} id
 * @property {Blob} file
 * @property {string} name
 * @property {string | null} problem key of the words that say why it can't be sent
 */

const attached = signal(/** @type {ReadonlyMap<string, readonly Attached[]>} */ (new Map()));

/** @param {string} conversation */
const all = (conversation) => attached.value.get(conversation) ?? [];

/** @param {string} conversation */
export const attachedTo = (conversation) => all(conversation).filter((one) => !one.problem);

/** @param {string} conversation @returns {Attached[]} what WhatsApp would not take: shown until somebody has seen it */
export const refusedFor = (conversation) => all(conversation).filter((one) => one.problem);

/** @type {(conversation: string, file: Blob, name: string) => void} */
export const attach = (conversation, file, name) =>
  put(attached, conversation, [...all(conversation), { id: newId(), file, name, problem: problemOf(file) }]);

/**
 * @param {string} conversation
 * @param {string} [id] left out: all of them
 */
export const detach = (conversation, id) =>
  put(attached, conversation, all(conversation).filter((one) => id !== undefined && one.id !== id));
