// Conversations that the team begins.

import { api, ApiError } from "../api.js";
import { learnConversation } from "./thread.js";

/** @typedef {import("../types/shapes").Contact} Contact */

/**
 * Begins a conversation, or joins the one that goes on.
 * @param {object} start
 * @param {string} start.channel name or id
 * @param {{phone: string} | {bsuid: string}} start.to
 * @param {string} [start.queue] where the customer's answer arrives
 * @param {Record<string, any>} start.reply with which it begins
 * @param {string} key Idempotency-Key, repeated with each try
 * @returns {Promise<string>} the id of the conversation
 */
export async function startConversation(start, key) {
  try {
    const { body, etag } = await api("POST", "conversations", { json: start, key });
    learnConversation(body.conversation, etag);
    return body.conversation.conversationId;
  } catch (error) {
    // the server has kept the reply and goes on by itself, so the conversation is there
    const kept = error instanceof ApiError && error.problem.replyId ? await findContact(start.to, start.channel) : null;
    if (kept?.conversationId) return kept.conversationId;
    throw error;
  }
}

/**
 * @param {{phone: string} | {bsuid: string}} who the number in any spelling
 * @param {string} channel name or id
 * @returns {Promise<Contact | null>}
 */
export async function findContact(who, channel) {
  const { body } = await api("POST", "contacts/find", { json: { ...who, channel } });
  return body.items[0] ?? null;
}
