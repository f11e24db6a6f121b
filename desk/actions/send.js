// Handing over what was written: from here on it is the outbox's.

import { attachedTo, detach } from "../attachments.js";
import { replaced } from "../composing.js";
import { saveDraft } from "../drafts.js";
import { kindOf, replyOf, takesCaption } from "../model/files.js";
import { LONGEST_CAPTION } from "../model/typing.js";
import { post } from "../outbox.js";
import { undoSeconds } from "../preferences.js";
import { drop } from "../state.js";

/** @typedef {import("../model/send-words.js").Plan} Plan */
/** @typedef {{conversation: string, name: string}} To the conversation that was open when the key was pressed; the customer's name */

/** A template costs money, and WhatsApp takes nothing back. */
const UNDO_TEMPLATE_MS = 5_000;

/**
 * @param {To} to
 * @param {object} reply
 * @param {string} reply.text
 * @param {boolean} reply.split it may go out in parts
 * @param {Plan} reply.plan
 */
export function sendReply(to, { text, split, plan }) {
  const { conversation } = to;
  const fromHeld = replaced.value.get(conversation);
  const options = {
    ...(plan.whenWindowClosed ? { whenWindowClosed: plan.whenWindowClosed } : {}),
    ...(fromHeld ? { fromHeld } : {}),
  };
  const ms = undoMs(plan);
  const words = sendFiles(to, text, options, ms);
  if (words) post({ ...addressed(to), body: { kind: "text", text: words, ...(split ? { split } : {}), ...options } }, ms);
  stopReplacing(conversation);
  saveDraft(conversation, "reply", "");
}

/**
 * Sends what is attached, with the words under the first file that takes them.
 * @type {(to: To, text: string, options: Record<string, string>, ms: number) => string} the words that are left
 */
function sendFiles(to, text, options, ms) {
  let words = text;
  for (const { file, name } of attachedTo(to.conversation)) {
    const kind = kindOf(file.type) ?? "document";
    const caption = takesCaption(kind) && words.length <= LONGEST_CAPTION ? words : "";
    if (caption) words = "";
    post({ ...addressed(to), body: { ...replyOf(kind, name, caption), ...options } }, ms, { content: file, name });
  }
  detach(to.conversation);
  return words;
}

/** @param {To} to @param {string} text */
export function addNote(to, text) {
  post({ ...addressed(to), kind: "note", body: { text } });
  saveDraft(to.conversation, "note", "");
}

/** @param {To} to @param {Record<string, any>} body of the reply */
export function sendTemplate(to, body) {
  post({ ...addressed(to), body }, UNDO_TEMPLATE_MS);
  saveDraft(to.conversation, "template", "");
}

/** @param {string} conversation */
export const stopReplacing = (conversation) => drop(replaced, conversation);

/** What a row of the outbox says of whom it is for. @param {To} to */
export const addressed = ({ conversation, name }) => ({
  conversationId: conversation, contactName: name, kind: /** @type {"reply"} */ ("reply"),
});

/** What is held can be taken back as long as it is. @param {Plan} plan */
function undoMs(plan) {
  if (plan.delivery === "template") return UNDO_TEMPLATE_MS;
  return plan.delivery === "message" ? undoSeconds.value * 1_000 : 0;
}
