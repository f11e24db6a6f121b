// What the person chose for this browser.

import { kept } from "./edge/storage.js";
import { signal } from "./vendor/signals.js";

/** Whether single keys do something outside text fields. */
export const singleKeys = choice("desk.singleKeys", true);

/** Whether there are sounds. */
export const sounds = choice("desk.sounds", true);

/** Whether rows of lists are one line high. */
export const compact = choice("desk.compact", false);

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
