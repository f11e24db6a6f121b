// An open conversation: its header, its thread, and the composer.

import { h } from "../vendor/preact.js";
import { useEffect } from "../vendor/hooks.js";
import { openThread } from "../actions/thread.js";
import { t } from "../i18n.js";
import { Skeleton } from "../parts/loaded.js";
import { threads } from "../state.js";
import { Composer } from "./composer.js";
import { ConversationHeader } from "./conversation-header.js";
import { ThreadProblem } from "./thread-problem.js";
import { ThreadView } from "./thread-view.js";

/** @param {{id: string}} props */
export function ConversationPane({ id }) {
  useEffect(() => void openThread(id), [id]);
  const thread = threads.value.get(id);
  if (!thread?.conversation) {
    return [
      h("h1", { key: "title", class: "visually-hidden" }, t("info.conversation")),
      thread?.problem ? h(ThreadProblem, { key: "problem", thread }) : h(Skeleton, { key: "loading", rows: 8 }),
    ];
  }
  return h(
    "div",
    { class: "conversation" },
    h(ConversationHeader, { thread }),
    h(ThreadView, { thread }),
    h(Composer, { thread, conversation: thread.conversation }),
  );
}
