// What a person meant to fill in, or meant for a colleague: asked about once before it goes to a customer.

const BLANK = /\{\{[^{}\n]{0,80}\}\}|\{[\w.]{1,60}(?:[|:][^{}\n]{0,80})?\}|\[[^[\]\n]{1,60}\]|\bTODO\b|(?<=^|\s)@\p{L}[\p{L}\p{N}._-]*/gu;

/**
 * @param {string} text of a reply
 * @returns {string[]} `{{1}}`, `[number]`, `TODO`, `@ben`, each once
 */
export const blanksIn = (text) => [...new Set(text.match(BLANK) ?? [])];

/**
 * @param {string} text
 * @returns {[number, number] | null} where the first blank stands, so that it can be typed over
 */
export function firstBlank(text) {
  const [found] = text.matchAll(BLANK);
  return found ? [found.index, found.index + found[0].length] : null;
}
