// Held words of an earlier conversation that wait for a person: use them, change them, or let them go.

import { h } from "../vendor/preact.js";
import { attempt } from "../actions/notices.js";
import { dropHeld, sendHeldFile, useHeld } from "../actions/held-drafts.js";
import { replaced } from "../composing.js";
import { formatTime, t } from "../i18n.js";
import { Button } from "../parts/button.js";

/** @typedef {import("../types/shapes").Conversation} Conversation */

/** @param {{conversation: Conversation, name: string}} props */
export function HeldDrafts({ conversation, name }) {
  const { conversationId: id, allowed } = conversation;
  const drafts = conversation.drafts.filter((draft) => draft.replyId !== replaced.value.get(id));
  if (!drafts.length || !allowed.includes("reply")) return null;
  return h(
    "section",
    { class: "held-drafts", "aria-label": t("drafts.name") },
    h("p", null, t("drafts.what", { name })),
    h("ul", null, drafts.map((draft) => h(Draft, { key: draft.replyId, draft, to: { conversation: id, name } }))),
  );
}

/** @param {{draft: Conversation["drafts"][number], to: import("../actions/send.js").To}} props */
function Draft({ draft, to }) {
  const { replyId, author, writtenAt, expiresAt, text, media } = draft;
  const day = (/** @type {string} */ at) => formatTime(at, { dateStyle: "medium", timeStyle: "short" });
  const file = media?.fileName ?? media?.mimeType ?? "";
  return h(
    "li",
    null,
    h("p", { dir: "auto", class: "held-draft-text" }, text ?? [file, media?.caption].filter(Boolean).join(" · ")),
    h("p", { class: "quiet" }, t("drafts.when", { name: author.name ?? author.id ?? "", written: day(writtenAt), expires: day(expiresAt) })),
    h(
      "div",
      { class: "outcome-instead" },
      media
        ? h(Button, { label: t("drafts.sendFile"), icon: "send", onClick: () => sendHeldFile(to, draft) })
        : h(Button, { label: t("drafts.use"), icon: "undo-2", onClick: () => useHeld(to.conversation, draft) }),
      h(Button, { label: t("drafts.drop"), icon: "x", onClick: () => attempt(() => dropHeld(to.conversation, replyId)) }),
    ),
  );
}
