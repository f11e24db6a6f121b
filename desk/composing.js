// How the composer of each conversation stands: reply or note, and whose place the words take.

import { keptInTab } from "./edge/storage.js";
import { put } from "./state.js";
import { signal } from "./vendor/signals.js";

/** @typedef {"reply" | "note"} Mode */

const MODES = "desk.modes";

const modes = signal(/** @type {ReadonlyMap<string, Mode>} */ (new Map(keptInTab.read(MODES) ?? [])));

/** Held replies of an earlier conversation that the next reply of this one takes the place of, by conversation. */
export const replaced = signal(/** @type {ReadonlyMap<string, string>} */ (new Map()));

/** The person asked to write: the editor takes the focus as soon as it is drawn, before the next key. */
export const focusAsked = signal(false);

/** @param {string} conversation @returns {Mode} */
export const modeOf = (conversation) => modes.value.get(conversation) ?? "reply";

/**
 * Only the person changes it: nothing else makes a reply of a note.
 * @param {string} conversation
 * @param {Mode} mode
 */
export function chooseMode(conversation, mode) {
  put(modes, conversation, mode);
  keptInTab.write(MODES, [...modes.value]);
}
