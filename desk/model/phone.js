// Phone numbers as people write and read them.

/** Calling codes that are one or two digits long; all others have three. */
const SHORT = /^(1|7|20|27|3[0123469]|4[0134-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/**
 * @param {string} phone in international form
 * @returns {string} in groups, `+33 6 12 34 56 78`
 */
export function spaced(phone) {
  const digits = phone.replaceAll(/\D/g, "");
  const code = SHORT.exec(digits)?.[0] ?? digits.slice(0, 3);
  const rest = digits.slice(code.length);
  const head = rest.length % 2 === 1 ? rest.slice(0, 1) : "";
  return [`+${code}`, head, ...(rest.slice(head.length).match(/\d\d/g) ?? [])].filter(Boolean).join(" ");
}

/** @param {string} phone @returns {string} as a voice reads it: digit by digit, in its groups */
export const spoken = (phone) => spaced(phone).split(" ").map((group) => [...group].join(" ")).join(", ");

/**
 * Whether somebody typed a number, however they write it.
 * @param {string} text `06 12-34.56 78`, `+33 (0)6 12 34 56 78`
 */
export const looksLikePhone = (text) => /^[+\d][\d\s().\/-]{5,}$/.test(text.trim()) && text.replaceAll(/\D/g, "").length >= 6;
