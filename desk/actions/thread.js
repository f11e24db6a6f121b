// Opening a conversation and keeping its thread up to date.

import { api, query } from "../api.js";
import { now } from "../clock.js";
import { mergeLines, reachesBack } from "../model/messages.js";
import { merge } from "../model/rows.js";
import { place } from "../router.js";
import { put, rows, threads } from "../state.js";

/** @typedef {import("../state.js").Thread} Thread */

const PAGE = 50;
const KEPT = 30;

/** @type {(id: string) => Thread} */
const empty = (id) => ({
  id, conversation: null, etag: null, lines: [], older: null, loading: false, loadingOlder: false, behind: true, problem: null,
  revision: -1, heard: -1,
});

/** Loads that are under way, and whether something has happened since they began. @type {Map<string, {again: boolean}>} */
const underWay = new Map();

/**
 * Loads a conversation and its newest messages; what is known of it stays on the screen meanwhile. What is asked for
 * while a load is under way is loaded after it: an answer may be older than the change that it was asked for.
 * @param {string} id
 */
export async function openThread(id) {
  const running = underWay.get(id);
  if (running) {
    running.again = true;
    return;
  }
  const load = { again: false };
  underWay.set(id, load);
  change(id, { loading: true, problem: null });
  do {
    load.again = false;
    await loadThread(id);
  } while (load.again);
  underWay.delete(id);
  forgetOldThreads();
}

/** @param {string} id */
async function loadThread(id) {
  try {
    const [conversation, page] = await Promise.all([
      api("GET", `conversations/${id}`),
      api("GET", `conversations/${id}/messages${query({ limit: PAGE })}`),
    ]);
    learnPage(id, page.body.items.toReversed(), page.body.nextCursor);
    learnConversation(conversation.body, conversation.etag);
    change(id, { loading: false, behind: false });
  } catch (error) {
    const problem = /** @type {import("../state.js").Thread["problem"]} */ (error);
    // Erased, or not the person's any more: nor is what was known of it.
    if (problem?.status === 403 || problem?.status === 404) put(threads, id, empty(id));
    change(id, { loading: false, problem });
  }
}

/**
 * Takes over the newest page. Where it does not reach back to what is known, lines between are missing: it stands alone.
 * @type {(id: string, page: readonly import("../state.js").Message[], older: string | null) => void}
 */
function learnPage(id, page, older) {
  const known = threads.value.get(id);
  if (known?.conversation && reachesBack(page, known.lines)) learnLines(id, page);
  else change(id, { lines: mergeLines([], page, now()), older });
}

/**
 * Loads the lines that changed: statuses move them without moving their conversation.
 * @param {string} id
 * @param {string} from the time of the oldest of them
 */
export async function refreshLines(id, from) {
  if (underWay.has(id)) return void refreshThread(id); // whose answer may be older, and come later
  try {
    const { body } = await api("GET", `conversations/${id}/messages${query({ after: from, limit: 100 })}`);
    if (body.nextCursor) return void refreshThread(id);
    learnLines(id, body.items);
  } catch {
    void refreshThread(id);
  }
}

/**
 * Loads the page before the oldest line. If the thread begins elsewhere once it comes, it is no part of it.
 * @param {string} id
 */
export async function loadOlder(id) {
  const { older, loadingOlder } = threads.value.get(id) ?? empty(id);
  if (!older || loadingOlder) return;
  change(id, { loadingOlder: true });
  try {
    const { body } = await api("GET", `conversations/${id}/messages${query({ limit: PAGE, cursor: older })}`);
    const known = threads.value.get(id);
    if (known?.older === older) change(id, { lines: mergeLines(body.items.toReversed(), known.lines, now()), older: body.nextCursor });
  } catch (problem) {
    change(id, { problem: /** @type {any} */ (problem) });
  }
  change(id, { loadingOlder: false });
}

/**
 * Takes over a conversation as an answer of the API has it, into the lists, and into its thread where that is known.
 * @param {import("../state.js").Conversation} conversation
 * @param {string | null} etag
 */
export function learnConversation(conversation, etag) {
  const id = conversation.conversationId;
  const known = threads.value.get(id);
  rows.value = merge(rows.value, [conversation]);
  if (known && known.revision <= conversation.revision) change(id, { conversation, etag, revision: conversation.revision });
}

/**
 * @param {string} id
 * @param {readonly import("../state.js").Message[]} news oldest first
 */
export function learnLines(id, news) {
  const known = threads.value.get(id);
  if (known) change(id, { lines: mergeLines(known.lines, news, now()) });
}

/**
 * Takes note that the server told of a revision. How new the conversation is that an action's answer brought is no
 * measure of it: the lines that are known may be older.
 * @param {string} id
 * @param {number} revision
 * @returns {boolean} whether its lines are still to be loaded
 */
export function hearOf(id, revision) {
  const known = threads.value.get(id);
  if (!known || known.heard >= revision) return false;
  change(id, { heard: revision });
  return true;
}

/** Loads again what is open: after a change, a gap, a sleep. @param {string} id */
export async function refreshThread(id) {
  if (!threads.value.has(id)) return;
  change(id, { behind: true });
  await openThread(id);
}

/** Something was missed: no thread is up to date, and nothing is sent before it is loaded again. */
export function fallBehind() {
  for (const id of threads.value.keys()) change(id, { behind: true });
}

/** @type {(id: string, changes: Partial<Thread>) => void} */
function change(id, changes) {
  put(threads, id, { ...(threads.value.get(id) ?? empty(id)), ...changes });
}

/** Forgets the threads that were used least lately; never one that is shown, or on its way. */
function forgetOldThreads() {
  const { value: where } = place;
  const isUsed = (/** @type {string} */ id) => underWay.has(id) || (where.view === "conversation" && where.id === id);
  const idle = [...threads.value.keys()].filter((id) => !isUsed(id));
  const gone = new Set(idle.slice(0, Math.max(0, threads.value.size - KEPT)));
  if (gone.size) threads.value = new Map([...threads.value].filter(([id]) => !gone.has(id)));
}
