// Commands: what can be done now, by key, by the list of commands, or by a button that asks for it.

import { onKey } from "./edge/browser.js";
import { commandOf } from "./model/key-map.js";
import { singleKeys } from "./preferences.js";
import { useLayoutEffect, useRef } from "./vendor/hooks.js";
import { computed, signal } from "./vendor/signals.js";

/** @typedef {{names: readonly string[], run: (name: string) => void}} Offer */

/** Of each part of the screen, what it can do now; a later one stands over an earlier one. */
const offers = signal(/** @type {readonly Offer[]} */ ([]));

/** The commands that can be given now. */
export const available = computed(() => new Set(offers.value.flatMap((offer) => offer.names)));

/** @param {string} name @returns {boolean} whether somebody does it */
export function run(name) {
  const offer = offers.peek().findLast((one) => one.names.includes(name));
  offer?.run(name);
  return offer !== undefined;
}

/**
 * Offers commands as long as a part of the screen is there.
 * @param {Readonly<Record<string, () => void>>} commands by their names in model/key-map.js
 */
export function useCommands(commands) {
  const latest = useRef(commands);
  latest.current = commands;
  const names = Object.keys(commands).sort().join(" ");
  useLayoutEffect(() => { // what is seen takes keys
    const offer = { names: names ? names.split(" ") : [], run: (/** @type {string} */ name) => latest.current[name]?.() };
    offers.value = [...offers.peek(), offer];
    return () => {
      offers.value = offers.peek().filter((one) => one !== offer);
    };
  }, [names]);
}

/** Listens to the keyboard of the page. */
export function startKeys() {
  onKey((event) => {
    if (event.defaultPrevented) return;
    const command = commandOf(pressOf(event), singleKeys.value);
    if (command && run(command)) event.preventDefault();
  });
}

const WRITING = "input, textarea, select, [contenteditable], [role=menu], [role=listbox]";

/** @param {Event} event @param {string} selector */
const isIn = ({ target }, selector) => target instanceof Element && target.closest(selector) !== null;

/** @param {KeyboardEvent} event @returns {import("./model/key-map.js").Press} */
const pressOf = (event) => ({
  key: event.key,
  mod: event.ctrlKey || event.metaKey,
  alt: event.altKey || event.getModifierState("AltGraph"),
  shift: event.shiftKey,
  composing: event.isComposing || event.keyCode === 229,
  repeat: event.repeat,
  writing: isIn(event, WRITING),
  asked: isIn(event, "dialog"),
});
