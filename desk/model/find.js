// Finding a conversation among those that are loaded, by the words of a name or the digits of a number.

import { folded } from "./choices.js";

/** @typedef {import("./rows.js").Known} Known */

/**
 * @param {Iterable<Known>} rows
 * @param {string} text
 * @returns {Known[]} those that are not closed first, the newest first
 */
export function among(rows, text) {
  const words = folded(text).split(/\s+/).filter(Boolean);
  const digits = text.replaceAll(/\D/g, "").replace(/^0+/, "");
  const fits = (/** @type {Known} */ { gone, contact }) =>
    !gone && ((words.length > 0 && words.every((word) => folded(contact.name ?? "").includes(word)))
      || (digits.length > 3 && (contact.phone ?? "").replaceAll(/\D/g, "").includes(digits)));
  return [...rows].filter(fits).sort((one, other) =>
    Number(one.status === "closed") - Number(other.status === "closed")
    || (other.lastMessageAt ?? "").localeCompare(one.lastMessageAt ?? ""));
}
