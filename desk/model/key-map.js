// Which key asks for what. None uses Alt or Ctrl+Alt, which write letters on many keyboards.

/**
 * @typedef {object} Press a key that was pressed
 * @property {string} key `event.key`
 * @property {boolean} mod Ctrl or ⌘ is held
 * @property {boolean} alt Alt or AltGr is held
 * @property {boolean} shift
 * @property {boolean} composing a character is being put together
 * @property {boolean} repeat the key is held down
 * @property {boolean} writing the focus is where one writes
 * @property {boolean} asked the focus is in a dialog, which has its own keys
 */

/**
 * @typedef {object} Key
 * @property {string} command
 * @property {string} key `event.key`, letters as without Shift
 * @property {string} shown how it is written for people
 * @property {boolean} [mod] with Ctrl or ⌘; works while one writes, too
 * @property {boolean} [always] works while one writes, and cannot be switched off
 * @property {boolean} [held] does it again and again while the key is held
 */

/** Every key, in the order in which the help shows them. @type {readonly Key[]} */
export const KEYS = [
  { command: "next", key: "j", shown: "j", held: true },
  { command: "previous", key: "k", shown: "k", held: true },
  { command: "back", key: "Escape", shown: "Esc", always: true },
  { command: "oldest", key: "o", shown: "o" },
  { command: "reply", key: "r", shown: "r" },
  { command: "note", key: "n", shown: "n" },
  { command: "template", key: "t", shown: "t" },
  { command: "find", key: "/", shown: "/" },
  { command: "commands", key: "k", shown: "Ctrl+K", mod: true },
  { command: "take", key: "p", shown: "p" },
  { command: "transfer", key: "x", shown: "x" },
  { command: "wait", key: "w", shown: "w" },
  { command: "wrapUp", key: "u", shown: "u" },
  { command: "close", key: "c", shown: "c" },
  { command: "accept", key: "a", shown: "a" },
  { command: "decline", key: "d", shown: "d" },
  { command: "info", key: "i", shown: "i" },
  { command: "presence", key: "s", shown: "s" },
  { command: "newLine", key: "g", shown: "g" },
  { command: "bottom", key: "End", shown: "End" },
  { command: "help", key: "?", shown: "?" },
  ...Array.from({ length: 9 }, (_, at) => ({ command: `view${at + 1}`, key: `${at + 1}`, shown: `${at + 1}` })),
];

/**
 * @param {Press} press
 * @param {boolean} single whether single keys are switched on
 * @returns {string | null} the command that is asked for
 */
export function commandOf(press, single) {
  if (press.composing || press.alt || press.asked) return null;
  const name = press.shift || press.key.length > 1 ? press.key : press.key.toLowerCase();
  const found = KEYS.find((one) => one.key === name && (one.mod ?? false) === press.mod);
  if (!found || (press.repeat && !found.held)) return null;
  return found.mod || found.always || (single && !press.writing) ? found.command : null;
}

/** @param {string} command @returns {string | undefined} its key, as people read it */
export const keyFor = (command) => KEYS.find((one) => one.command === command)?.shown;
