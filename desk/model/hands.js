// Whether a conversation is still as a person saw it who is about to do something to it.

/** @typedef {import("../types/shapes").Conversation} Conversation */
/** @typedef {(seen: Conversation, now: Conversation) => boolean} Same */

/** Nobody else has it, and it waits in no other queue. What the customer wrote meanwhile goes along. @type {Same} */
export const sameHands = (seen, now) => seen.agent === now.agent && seen.queue === now.queue;

/** Nobody gave it other tags. @type {Same} */
export const sameTags = (seen, now) => seen.tags.join("\n") === now.tags.join("\n");

/** It is in the same hands, and nobody has written. @type {Same} */
export const sameWords = (seen, now) => sameHands(seen, now) && seen.lastMessageAt === now.lastMessageAt;
