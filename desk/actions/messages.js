// What people do with a message: try it again, take it back, write it again, read it.

import { api } from "../api.js";
import { chooseMode } from "../composing.js";
import { addToDraft } from "../drafts.js";
import { newId } from "../edge/browser.js";
import { idOf } from "../model/messages.js";
import { whileBusy } from "../state.js";
import { signal } from "../vendor/signals.js";
import { attempt } from "./notices.js";
import { learnConversation, learnLines, refreshThread } from "./thread.js";

/** @typedef {import("../state.js").Message} Message */

/** The ids of messages for which something is under way. */
export const busy = signal(/** @type {ReadonlySet<string>} */ (new Set()));

/** The keys of retries that nobody has answered yet: a repetition is the same retry. @type {Map<string, string>} */
const retryKeys = new Map();

/** Sends a message that failed again, by the rules of now. @param {Message} message */
export const retry = (message) =>
  once(message, async (id) => {
    const key = retryKeys.get(id) ?? newId();
    retryKeys.set(id, key);
    const { body } = await api("POST", `conversations/${message.conversationId}/messages/${encodeURIComponent(id)}/retry`, { key });
    retryKeys.delete(id);
    learnLines(message.conversationId, [body]);
  });

/** Takes back words that are held; they stay in the thread, to be written again. @param {Message} message */
export const takeBack = (message) =>
  once(message, (id) => api("DELETE", `conversations/${message.conversationId}/replies/${encodeURIComponent(id)}`));

/** Puts the words of a message into the draft of a reply, after what is there. @param {Message} message */
export function writeAgain({ conversationId, text, media }) {
  const words = text ?? media?.caption;
  if (!words) return;
  addToDraft(conversationId, "reply", words, "after");
  chooseMode(conversationId, "reply");
}

/**
 * Says that the conversation's own agent has seen it to its end.
 * @param {string} conversation
 * @param {string} upTo the newest message that was seen
 */
export async function read(conversation, upTo) {
  try {
    const { body, etag } = await api("POST", `conversations/${conversation}/read`, { json: { upTo } });
    learnConversation(body, etag);
  } catch {
    // nobody waits for it: the next look says it again
  }
}

/** @type {(message: Message, action: (id: string) => Promise<unknown>) => Promise<void>} */
async function once(message, action) {
  const id = idOf(message);
  await whileBusy(busy, id, async () => {
    await attempt(() => action(id));
    await refreshThread(message.conversationId);
  });
}
