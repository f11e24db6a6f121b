// The conversations of a customer, the newest first.

import { h } from "../vendor/preact.js";
import { conversationsOf } from "../actions/contacts.js";
import { t, tOr } from "../i18n.js";
import { hashOf } from "../model/routes.js";
import { LoadedPart, useLoaded } from "../parts/loaded.js";
import { When } from "../parts/when.js";

/** @param {{contactId: string, except?: string}} props `except`: the one that is open */
export function ConversationHistory({ contactId, except }) {
  const loaded = useLoaded(() => conversationsOf(contactId), [contactId]);
  const others = (loaded.data ?? []).filter((one) => one.conversationId !== except);
  return h(LoadedPart, { of: loaded, rows: 2 }, others.length === 0
    ? h("p", { class: "quiet" }, t("history.none"))
    : h("ul", { class: "history" }, others.map((one) => h("li", { key: one.conversationId }, h(
        "a",
        { href: hashOf({ view: "conversation", id: one.conversationId, info: false }) },
        one.createdAt ? h(When, { at: one.createdAt }) : one.queue,
      ), ` · ${one.queue} · `, endOf(one)))));
}

/** @param {import("../types/shapes").Conversation} conversation */
function endOf({ status, closure }) {
  return closure ? tOr(`reason.${closure.reason}`, closure.reason) : t(`status.${status}`);
}
