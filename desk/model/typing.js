// What is typed into the composer: which key sends, how long a text may be, and what can't be sent.

/** What WhatsApp takes in one message, in characters as it counts them. */
export const LONGEST = 4_096;
/** How many messages one text may be sent in. */
export const MOST_PARTS = 10;
/** What goes under a picture, a video or a document. */
export const LONGEST_CAPTION = 1_024;

/**
 * @param {object} press
 * @param {string} press.key
 * @param {boolean} press.mod Ctrl or ⌘ is held
 * @param {boolean} press.shift
 * @param {boolean} press.alt
 * @param {boolean} press.composing a character is being put together, or was until this very key
 * @param {boolean} enterSends whether Enter alone does
 * @returns {boolean} the key sends
 */
export function sends({ key, mod, shift, alt, composing }, enterSends) {
  if (key !== "Enter" || composing || alt || shift) return false;
  return mod || enterSends;
}

/**
 * The text as it can be sent: control characters, which arrive with what is pasted, are refused by the server.
 * @param {string} text
 */
export const sendable = (text) =>
  text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll("\t", " ")
    .replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "")
    .toWellFormed()
    .trim();

/**
 * @param {string} text
 * @returns {"fits" | "inParts" | "tooLong"}
 */
export function lengthOf(text) {
  if (text.length <= LONGEST) return "fits";
  return text.length <= MOST_PARTS * LONGEST ? "inParts" : "tooLong";
}
