// What a person sent and the server has not shown yet: one row a reply, in order within its conversation.

import { backOff } from "./back-off.js";

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
 * @property {boolean} [maybeSent] a try had no clear answer: the server may have it
 */

const CLOCKS_DIFFER_MS = 2_000;

/** Of each conversation the row that goes next, unless one of it is on its way. @param {readonly OutboxRow[]} rows */
function next(rows) {
  /** @type {Map<string, OutboxRow>} */
  const first = new Map();
  for (const row of rows) if (row.state !== "accepted" && !first.has(row.conversationId)) first.set(row.conversationId, row);
  return [...first.values()].filter((row) => row.state !== "posting");
}

/**
 * The rows that can go now, one of each conversation.
 * @param {readonly OutboxRow[]} rows
 * @param {number} now
 */
export const ready = (rows, now) => next(rows).filter((row) => row.due <= now);

/** When a row can go by itself, or null: an answer comes first. @param {readonly OutboxRow[]} rows */
export function nextDue(rows) {
  const waiting = next(rows).map((row) => row.due);
  return waiting.length ? Math.min(...waiting) : null;
}

/** Only what the server can't have is taken back: else it would be written twice. @param {OutboxRow} row */
export const mayTakeBack = ({ state, maybeSent }) => state === "undoable" || (state === "queued" && !maybeSent);

/**
 * What a try that the server did not answer, or could not carry out now, makes of a row: it waits, under its key.
 * @param {OutboxRow} row
 * @param {{code: string, status: number, retryAfter: number | null}} problem
 * @param {number} now
 * @param {boolean} [left] whether there was a network by which the try could leave
 * @returns {OutboxRow}
 */
export function tryLater(row, { code, status, retryAfter }, now, left = true) {
  const seconds = retryAfter ?? backOff(row.tries);
  const unclear = left && (status === 0 || status >= 500);
  return {
    ...row, state: "queued", tries: row.tries + 1, due: now + seconds * 1_000, problem: code, ...(unclear ? { maybeSent: true } : {}),
  };
}

/**
 * What a reload makes of the rows. What was on its way goes again under its key; what could still be taken back is
 * given back as a draft, since nothing goes out without a person; what the server has is in its thread.
 * @param {readonly OutboxRow[]} rows
 * @returns {{rows: OutboxRow[], givenBack: OutboxRow[]}}
 */
export function afterReload(rows) {
  const givenBack = rows.filter((row) => row.state === "undoable");
  const left = rows.filter((row) => row.state === "queued" || row.state === "posting");
  return {
    rows: left.map((row) => (row.state === "posting" ? { ...row, state: /** @type {State} */ ("queued"), due: 0 } : row)),
    givenBack,
  };
}

/**
 * Whether a row has come to its end: its thread shows it, or will as soon as somebody opens it.
 * @param {OutboxRow} row
 * @param {{lines: readonly {replyId?: string | null}[]} | undefined} thread undefined: it is not open
 */
export const isDone = ({ state, replyId }, thread) =>
  state === "accepted" && (thread === undefined || thread.lines.some((line) => line.replyId === replyId));

/**
 * Desks are told of a reply that takes long to send before the call that brought it is answered: it is not shown twice.
 * @param {OutboxRow} row
 * @param {readonly import("../types/shapes").Message[]} lines of its conversation
 * @param {string} me
 * @returns {boolean} whether the thread has the words of a row that is on its way
 */
export const isTold = ({ state, body: { text }, at }, lines, me) =>
  state === "posting" && text !== undefined
  && lines.some((line) => line.author.id === me && line.text === text && Date.parse(line.at) >= at - CLOCKS_DIFFER_MS);
