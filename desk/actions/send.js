// Handing over what was written: from here on it is the outbox's.

import { replaced } from "../composing.js";
import { saveDraft } from "../drafts.js";
import { post } from "../outbox.js";
import { undoSeconds } from "../preferences.js";

/** @typedef {import("../model/send-words.js").Plan} Plan */

/** A template costs money, and WhatsApp takes nothing back. */
export const UNDO_TEMPLATE_MS = 5_000;

/**
 * @param {object} reply
 * @param {string} reply.conversation the one that was open when the key was pressed
 * @param {string} reply.name of the customer
 * @param {string} reply.text
 * @param {boolean} reply.split it may go out in parts
 * @param {Plan} reply.plan
 */
export function sendReply({ conversation, name, text, split, plan }) {
  const fromHeld = replaced.value.get(conversation);
  const body = {
    kind: "text", text,
    ...(split ? { split } : {}),
    ...(plan.whenWindowClosed ? { whenWindowClosed: plan.whenWindowClosed } : {}),
    ...(fromHeld ? { fromHeld } : {}),
  };
  post({ conversationId: conversation, contactName: name, kind: "reply", body }, undoMs(plan));
  if (fromHeld) replaced.value = new Map([...replaced.value].filter(([id]) => id !== conversation));
  saveDraft(conversation, "reply", "");
}

/**
 * @param {string} conversation
 * @param {string} name of the customer
 * @param {string} text
 */
export function addNote(conversation, name, text) {
  post({ conversationId: conversation, contactName: name, kind: "note", body: { text } });
  saveDraft(conversation, "note", "");
}

/** What is held can be taken back as long as it is. @param {Plan} plan */
function undoMs(plan) {
  if (plan.delivery === "template") return UNDO_TEMPLATE_MS;
  return plan.delivery === "message" ? undoSeconds.value * 1_000 : 0;
}
