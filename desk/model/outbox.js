// What a person sent and the server has not shown yet: one row a reply, in order within its conversation.

/**
 * @typedef {"undoable" | "queued" | "posting" | "accepted"} State
 *
 * undoable: waits for the end of the time in which it can be taken back · queued: goes as soon as it can ·
 * posting: is on its way · accepted: the server has it, its thread does not show it yet
 */

/**
 * @typedef {object} OutboxRow
 * @property {string} key Idempotency-Key, made when it was written: repeated with every try
 * @property {string} conversationId frozen when it was sent, whatever is open later
 * @property {string} contactName
 * @property {"reply" | "note"} kind
 * @property {Record<string, any>} body of the call
 * @property {{name: string, type: string}} [file] that is brought to the server before the call
 * @property {State} state
 * @property {number} at when it was sent, milliseconds since 1970
 * @property {number} due not before
 * @property {number} tries
 * @property {string} [replyId] once accepted
 * @property {string} [problem] code of what keeps it waiting
 */

const BACK_OFF_S = [1, 2, 5, 15, 30];
const GIVEN_BACK_AFTER_RELOAD = "undoable";

/**
 * The rows that can go now: of each conversation the oldest, unless one of it is on its way.
 * @param {readonly OutboxRow[]} rows
 * @param {number} now
 */
export function ready(rows, now) {
  /** @type {Set<string>} */
  const busy = new Set();
  return rows.filter((row) => {
    if (row.state === "accepted" || busy.has(row.conversationId)) return false;
    busy.add(row.conversationId);
    return row.state !== "posting" && row.due <= now;
  });
}

/** When the next row is due, or null. @param {readonly OutboxRow[]} rows */
export function nextDue(rows) {
  const waiting = rows.filter((row) => row.state === "queued" || row.state === "undoable").map((row) => row.due);
  return waiting.length ? Math.min(...waiting) : null;
}

/**
 * What a try that the server did not answer, or could not carry out now, makes of a row: it waits, under its key.
 * @param {OutboxRow} row
 * @param {{code: string, retryAfter: number | null}} problem
 * @param {number} now
 * @returns {OutboxRow}
 */
export function tryLater(row, { code, retryAfter }, now) {
  const seconds = retryAfter ?? BACK_OFF_S[Math.min(row.tries, BACK_OFF_S.length - 1)] ?? 30;
  return { ...row, state: "queued", tries: row.tries + 1, due: now + seconds * 1_000, problem: code };
}

/**
 * What a reload makes of the rows. What was on its way goes again under its key; what could still be taken back is
 * given back as a draft, since nothing goes out without a person.
 * @param {readonly OutboxRow[]} rows
 * @returns {{rows: OutboxRow[], givenBack: OutboxRow[]}}
 */
export function afterReload(rows) {
  const givenBack = rows.filter((row) => row.state === GIVEN_BACK_AFTER_RELOAD);
  const left = rows.filter((row) => row.state !== GIVEN_BACK_AFTER_RELOAD);
  return {
    rows: left.map((row) => (row.state === "posting" ? { ...row, state: /** @type {State} */ ("queued"), due: 0 } : row)),
    givenBack,
  };
}

/**
 * @param {readonly OutboxRow[]} rows
 * @param {ReadonlySet<string>} shown the ids of the replies that the thread of the conversation shows
 * @param {string} conversation
 */
export const withoutShown = (rows, shown, conversation) =>
  rows.filter((row) => !(row.conversationId === conversation && row.replyId && shown.has(row.replyId)));
