// A close that can still be undone: for some seconds nothing has happened, so that nothing has to be reopened.

/**
 * @typedef {object} Ending what is noted at the end of a conversation
 * @property {string | null} code
 * @property {string[]} tags
 * @property {string} note
 */

/**
 * @typedef {object} Closing
 * @property {string} id of the conversation
 * @property {string} name of the customer
 * @property {Ending} ending
 * @property {string | null} heard the time of the customer's newest message that the person saw
 */

/** @param {readonly {direction: string, at: string}[]} lines oldest first @returns {string | null} */
export const lastHeard = (lines) => lines.findLast((line) => line.direction === "in")?.at ?? null;

/**
 * What to do with a close when its time has come.
 * @param {Closing} closing
 * @param {readonly {direction: string, at: string}[]} lines of the conversation, as they are known now
 * @param {boolean} busy words for the customer are still on their way
 * @returns {"close" | "wait" | "keep"} keep it open: the customer wrote something that nobody has seen
 */
export function due(closing, lines, busy) {
  if (lastHeard(lines) !== closing.heard) return "keep";
  return busy ? "wait" : "close";
}

/**
 * @param {Ending} ending
 * @returns {{wrapUpCode?: string, tags?: string[], note?: string}} body of the call, without what was not said
 */
export const bodyOf = ({ code, tags, note }) => ({
  ...(code ? { wrapUpCode: code } : {}),
  tags,
  ...(note.trim() ? { note: note.trim() } : {}),
});
