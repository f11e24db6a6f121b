// Texts at the person's hand, filled in for a conversation.

import { api, query } from "../api.js";
import { now } from "../edge/time.js";

/** @typedef {import("../model/quick-replies.js").QuickReply} QuickReply */

const FRESH_MS = 300_000;

/** @type {Map<string, {at: number, items: Promise<QuickReply[]>}>} */
const known = new Map();

/** @param {string} conversation @returns {Promise<QuickReply[]>} those of the last minutes are not asked for again */
export function loadQuickReplies(conversation) {
  for (const [id, { at }] of known) if (now() - at >= FRESH_MS) known.delete(id);
  const last = known.get(conversation);
  if (last) return last.items;
  const items = api("GET", `quick-replies${query({ conversation, limit: 100 })}`).then(({ body }) => body.items);
  known.set(conversation, { at: now(), items });
  items.catch(() => known.delete(conversation));
  return items;
}
