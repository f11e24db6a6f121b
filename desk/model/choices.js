// The choices of a combobox: which of them fit what was typed, in which order, and how one moves through them.

/**
 * @typedef {object} Choice
 * @property {string} value
 * @property {string} label
 * @property {string} [hint] stands below the label
 * @property {boolean} [disabled]
 * @property {string} [reason] why it is disabled
 */

/**
 * Folds what people do not tell apart when they look for something: capitals and accents.
 * @param {string} text
 */
export const folded = (text) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

/**
 * @template {Choice} T
 * @param {readonly T[]} options
 * @param {string} query each of its words has to be in the label or the hint
 * @returns {T[]} those that can't be chosen last
 */
export function matching(options, query) {
  const words = folded(query).split(/\s+/).filter(Boolean);
  const fits = (/** @type {T} */ option) => {
    const text = folded(`${option.label} ${option.hint ?? ""}`);
    return words.every((word) => text.includes(word));
  };
  const found = options.filter(fits);
  return [...found.filter((option) => !option.disabled), ...found.filter((option) => option.disabled)];
}

/**
 * @param {readonly Choice[]} options
 * @param {number} at where one is; -1: nowhere
 * @param {1 | -1} by
 * @returns {number} the next that can be chosen, round the ends; -1: none can
 */
export function step(options, at, by) {
  const count = options.length;
  let next = at === -1 && by === -1 ? count : at;
  for (let tried = 0; tried < count; tried++) {
    next = (next + by + count) % count;
    if (!options[next]?.disabled) return next;
  }
  return -1;
}

/** Where an arrow leads in a list; 0: another key. @param {string} key */
export const stepBy = (key) => (key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0);

/**
 * @param {readonly Choice[]} options
 * @param {string} text
 * @returns {number} where the one is that Enter picks: what is called so, else the first that can be chosen; -1: none can
 */
export function best(options, text) {
  const exact = named(options, text);
  return exact ? options.indexOf(exact) : step(options, -1, 1);
}

/**
 * @template {Choice} T
 * @param {readonly T[]} options
 * @param {string} text
 * @returns {T | undefined} the one choice that is called so, and can be chosen
 */
export const named = (options, text) =>
  options.find((option) => !option.disabled && folded(option.label) === folded(text.trim()));
