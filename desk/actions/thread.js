// Opening a conversation and keeping its thread up to date.

import { api, query } from "../api.js";
import { mergeLines } from "../model/messages.js";
import { merge } from "../model/rows.js";
import { put, rows, threads } from "../state.js";

/** @typedef {import("../state.js").Thread} Thread */

const PAGE = 50;
const KEPT = 30;

/** @type {(id: string) => Thread} */
const empty = (id) => ({
  id, conversation: null, etag: null, lines: [], older: null, loading: false, behind: true, problem: null, revision: -1,
});

/**
 * Loads a conversation and its newest messages; what is known of it stays on the screen meanwhile.
 * @param {string} id
 */
export async function openThread(id) {
  const thread = threads.value.get(id) ?? empty(id);
  if (thread.loading) return;
  change(id, { loading: true, problem: null });
  try {
    const [conversation, page] = await Promise.all([
      api("GET", `conversations/${id}`),
      api("GET", `conversations/${id}/messages${query({ limit: PAGE })}`),
    ]);
    const first = thread.conversation === null;
    learnConversation(conversation.body, conversation.etag);
    const known = threads.value.get(id) ?? thread;
    change(id, {
      lines: mergeLines(known.lines, page.body.items.toReversed()),
      older: first ? page.body.nextCursor : known.older,
      loading: false,
      behind: false,
    });
    forgetOldThreads(id);
  } catch (problem) {
    change(id, { loading: false, problem: /** @type {any} */ (problem) });
  }
}

/**
 * Loads the page before the oldest line.
 * @param {string} id
 */
export async function loadOlder(id) {
  const thread = threads.value.get(id);
  if (!thread?.older || thread.loading) return;
  change(id, { loading: true });
  try {
    const { body } = await api("GET", `conversations/${id}/messages${query({ limit: PAGE, cursor: thread.older })}`);
    const lines = threads.value.get(id)?.lines ?? [];
    change(id, { lines: mergeLines(body.items.toReversed(), lines), older: body.nextCursor, loading: false });
  } catch (problem) {
    change(id, { loading: false, problem: /** @type {any} */ (problem) });
  }
}

/**
 * Takes over a conversation as an answer of the API has it, into its thread and into the lists.
 * @param {import("../state.js").Conversation} conversation
 * @param {string | null} etag
 */
export function learnConversation(conversation, etag) {
  const id = conversation.conversationId;
  const known = threads.value.get(id);
  rows.value = merge(rows.value, [conversation]);
  if (known && known.revision > conversation.revision) return;
  put(threads, id, { ...(known ?? empty(id)), conversation, etag, revision: conversation.revision });
}

/**
 * @param {string} id
 * @param {readonly import("../state.js").Message[]} news oldest first
 */
export function learnLines(id, news) {
  const known = threads.value.get(id);
  if (known) change(id, { lines: mergeLines(known.lines, news) });
}

/** Loads again what is open: after a change, a gap, a sleep. @param {string} id */
export async function refreshThread(id) {
  if (!threads.value.has(id)) return;
  change(id, { behind: true });
  await openThread(id);
}

/** @type {(id: string, changes: Partial<Thread>) => void} */
function change(id, changes) {
  put(threads, id, { ...(threads.value.get(id) ?? empty(id)), ...changes });
}

/** @param {string} open */
function forgetOldThreads(open) {
  const ids = [...threads.value.keys()];
  const superfluous = ids.filter((id) => id !== open).slice(0, Math.max(0, ids.length - KEPT));
  if (superfluous.length) threads.value = new Map([...threads.value].filter(([id]) => !superfluous.includes(id)));
}
