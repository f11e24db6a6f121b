// What becomes of held words of an earlier conversation.

import { api } from "../api.js";
import { chooseMode, replaced } from "../composing.js";
import { addToDraft } from "../drafts.js";
import { takesCaption } from "../model/files.js";
import { post } from "../outbox.js";
import { put } from "../state.js";
import { addressed } from "./send.js";
import { refreshThread } from "./thread.js";

/** @typedef {import("../types/shapes").Conversation["drafts"][number]} HeldDraft */

/**
 * Puts held words where replies are written; the next reply takes their place.
 * @param {string} conversation
 * @param {HeldDraft} draft
 */
export function useHeld(conversation, { replyId, text }) {
  addToDraft(conversation, "reply", text ?? "", "before");
  put(replaced, conversation, replyId);
  chooseMode(conversation, "reply");
}

/** @param {import("./send.js").To} to @param {HeldDraft} draft with a file */
export function sendHeldFile(to, { replyId, kind, media }) {
  const { mediaId, mediaUri, caption, fileName } = media ?? {};
  const body = {
    kind, fromHeld: replyId,
    ...(mediaId ? { mediaId } : { mediaUri }),
    ...(caption && takesCaption(kind) ? { caption } : {}),
    ...(fileName && kind === "document" ? { fileName } : {}),
  };
  post({ ...addressed(to), body });
}

/** @param {string} conversation @param {string} reply id */
export async function dropHeld(conversation, reply) {
  await api("DELETE", `conversations/${conversation}/replies/${reply}`);
  await refreshThread(conversation);
}
