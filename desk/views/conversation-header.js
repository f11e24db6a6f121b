// The header of an open conversation: whose it is, who has it, the window, and what can be done.

import { h } from "../vendor/preact.js";
import { closings } from "../actions/closing.js";
import { t, tOr } from "../i18n.js";
import { shownName } from "../model/names.js";
import { spaced } from "../model/phone.js";
import { infoIsView } from "../layout.js";
import { hashOf } from "../model/routes.js";
import { Icon } from "../parts/icon.js";
import { momentWords } from "../parts/when.js";
import { agentName, isMe } from "../people.js";
import { listPlace } from "../router.js";
import { viewers } from "../state.js";
import { ConversationActions } from "./conversation-actions.js";
import { NextUp } from "./next-up.js";
import { WindowTimer } from "./window-ring.js";

/** @typedef {import("../types/shapes").Conversation} Conversation */

/** @param {{thread: import("../state.js").Thread}} props */
export function ConversationHeader({ thread }) {
  const { conversation } = thread;
  if (!conversation) return null;
  const name = shownName(conversation.contact);
  return h(
    "header",
    { class: "conversation-header" },
    (thread.loading || thread.loadingOlder) && h("div", { class: "updating", role: "status", "aria-label": t("start.loading") }),
    h("div", { class: "conversation-title" },
      h("a", { class: "back-link", href: hashOf(listPlace.value), "aria-label": t("header.back") }, h(Icon, { name: "chevron-left", size: 20 })),
      h("div", { class: "conversation-names" },
        h(infoIsView.value ? "h2" : "h1", null, h("bdi", null, name)),
        h("p", { class: "quiet" }, facts(conversation).map((fact, at) => [at > 0 && " · ", h("bdi", { key: at }, fact)]))),
      h(Viewers, { id: thread.id }),
      conversation.status !== "closed" && h(WindowTimer, { closesAt: conversation.window.closesAt, name })),
    h(ConversationActions, { conversation }),
    h(Situation, { conversation }),
    isOver(conversation) && h(NextUp, null),
  );
}

/** @param {Conversation} conversation */
const facts = ({ contact, queue, agent }) =>
  [contact.name && contact.phone ? spaced(contact.phone) : "", queue, agent ? (isMe(agent) ? t("header.you") : agentName(agent)) : t("header.nobody")].filter(Boolean);

/** Colleagues who look at the same conversation. @param {{id: string}} props */
function Viewers({ id }) {
  const others = (viewers.value[id] ?? []).filter((agent) => !isMe(agent));
  return others.length > 0 && h("ul", { class: "viewers", "aria-label": t("header.viewers") },
    others.map((agent) => h("li", { key: agent, class: "chip" }, h("bdi", null, agentName(agent)))));
}

/** Nothing is left to do here now. @param {Conversation} conversation */
const isOver = ({ conversationId, status }) => status === "closed" || status === "waiting" || closings.value.has(conversationId);

/** What keeps the person from answering, if something does. @param {{conversation: Conversation}} props */
function Situation({ conversation }) {
  const words = situationOf(conversation);
  return words && h("p", { class: "situation", role: "status" }, words);
}

/** @param {Conversation} conversation */
function situationOf({ conversationId, status, agent, closure, segments, waitReason }) {
  if (closings.value.has(conversationId)) return t("close.pending");
  if (status === "closed") {
    const at = closure ? momentWords(closure.at) : "";
    return t("header.closed", { reason: closure ? tOr(`reason.${closure.reason}`, closure.reason) : "", at });
  }
  if (agent && !isMe(agent)) return t("header.taken", { agent: agentName(agent), at: momentWords(segments.at(-1)?.from ?? 0) });
  if (status === "waiting") return t("header.waiting");
  if (status === "wrap_up") return t("header.wrapUp");
  return waitReason ? t("explain.waits", { reason: tOr(`waitReason.${waitReason}`, waitReason) }) : "";
}
