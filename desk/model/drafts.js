// Words that somebody began to write, by conversation and mode. They survive a reload, a sign-in and a dead network.

/** @typedef {"reply" | "note" | "template"} Mode template: one that was taken back, as the body of its reply */
/** @typedef {{text: string, at: number}} DraftText `at`: when it was written, milliseconds since 1970 */

const KEPT_MS = 7 * 24 * 3_600_000;
const PREFIX = "desk.draft";

/** @type {(agent: string, conversation: string, mode: Mode) => string} */
export const draftKey = (agent, conversation, mode) => `${PREFIX}:${agent}:${conversation}:${mode}`;

/** @type {(agent: string) => (key: string) => boolean} */
export const isDraftOf = (agent) => (key) => key.startsWith(`${PREFIX}:${agent}:`);

/** @param {string} key */
export const isDraft = (key) => key.startsWith(`${PREFIX}:`);

/** @type {(draft: DraftText | null, now: number) => boolean} */
export const isStale = (draft, now) => draft === null || now - draft.at > KEPT_MS;

/**
 * Words that were written before the customer's last message may not fit it any more.
 * @param {DraftText} draft
 * @param {string | null} lastCustomerMessage its time
 */
export const isOlderThan = (draft, lastCustomerMessage) =>
  lastCustomerMessage !== null && draft.at < Date.parse(lastCustomerMessage);
