// What the person chose for this browser.

import { isTouch } from "./edge/browser.js";
import { kept } from "./edge/storage.js";
import { signal } from "./vendor/signals.js";

/** Whether single keys do something outside text fields. */
export const singleKeys = choice("desk.singleKeys", true);

/** For what there is a sound. */
export const sounds = choice("desk.sounds", /** @type {"mine" | "all" | "none"} */ ("mine"));

/** The order of all lists. */
export const sort = choice("desk.sort", /** @type {import("./model/rows.js").Sort} */ ("waiting"));

/** Whether the customer is shown beside the conversation, where there is room. */
export const infoBeside = choice("desk.infoBeside", true);

/** For how many seconds a reply can be taken back before it goes: 0, 3, 5 or 10. */
export const undoSeconds = choice("desk.undoSeconds", 0);

/** Whether Enter sends; otherwise it begins a new line. */
export const enterSends = choice("desk.enterSends", !isTouch());

/**
 * @template T
 * @param {string} name under which it is kept
 * @param {T} usual
 * @returns {import("./vendor/signals.js").ReadonlySignal<T> & {choose: (value: T) => void}}
 */
function choice(name, usual) {
  const chosen = signal(/** @type {T} */ (kept.read(name) ?? usual));
  return Object.assign(chosen, {
    choose(/** @type {T} */ value) {
      kept.write(name, value);
      chosen.value = value;
    },
  });
}
