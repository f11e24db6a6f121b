// Conversations that the team begins.

import { api } from "../api.js";
import { newId } from "../edge/browser.js";
import { learnConversation } from "./thread.js";

/** @typedef {{phone: string} | {bsuid: string}} Recipient */

/**
 * Begins a conversation, or joins the one that goes on.
 * @param {object} start
 * @param {string} start.channel name or id
 * @param {Recipient} start.to
 * @param {Record<string, any>} start.reply with which it begins
 * @param {string} [key] Idempotency-Key, repeated with each try
 * @returns {Promise<string>} the id of the conversation
 */
export async function startConversation(start, key = newId()) {
  const { body, etag } = await api("POST", "conversations", { json: start, key });
  learnConversation(body.conversation, etag);
  return body.conversation.conversationId;
}

/**
 * @param {string} phone in any spelling
 * @param {string} [channel] name or id
 * @returns {Promise<import("../types/api").components["schemas"]["ContactView"][]>} at most one a channel
 */
export async function findByPhone(phone, channel) {
  const { body } = await api("POST", "contacts/find", { json: { phone, ...(channel ? { channel } : {}) } });
  return body.items;
}
