// What will happen to what is written, in the words of the server's decision: it stands beside the button.

import { h } from "../vendor/preact.js";
import { useRef } from "../vendor/hooks.js";
import { stopReplacing } from "../actions/send.js";
import { replaced } from "../composing.js";
import { draftOf } from "../drafts.js";
import { t, tOr } from "../i18n.js";
import { isOlderThan } from "../model/drafts.js";
import { filledTemplate, hasClosed } from "../model/send-words.js";
import { Button } from "../parts/button.js";
import { clockTime } from "../parts/when.js";
import { Holder } from "./holder.js";

/** @typedef {import("../model/send-words.js").Plan} Plan */

/**
 * @param {object} props
 * @param {string} props.id
 * @param {import("../state.js").Conversation} props.conversation
 * @param {Plan} props.plan
 * @param {string} props.name of the customer
 * @param {string} props.text that is written
 * @param {string | null} props.pingedAt when a template went out that waits for an answer
 * @param {boolean} props.onlyHold
 * @param {(only: boolean) => void} props.onOnlyHold
 * @param {() => void} props.onTemplates
 */
export function ComposerOutcome({ id, conversation, plan, name, text, pingedAt, onlyHold, onOnlyHold, onTemplates }) {
  const first = useRef(plan.delivery);
  const closed = hasClosed(first.current, plan) && text !== "";
  if (plan.delivery === "message") first.current = "message";
  return h(
    "div",
    { id, class: "composer-outcome" },
    h(Before, { conversation, name, onTemplates }),
    closed && h("p", { role: "status", class: "outcome-news" }, t("outcome.closedMeanwhile")),
    plan.delivery === "refused" && h(Refusal, { conversation, reason: plan.reason }),
    plan.template && h("blockquote", { class: "outcome-template", dir: "auto" }, filledTemplate(plan.template, text)),
    plan.delivery === "template" && plan.holds && h("p", null, t("outcome.held", { name })),
    plan.delivery === "held" && h("p", null, pingedAt && !onlyHold ? t("outcome.pinged", { time: clockTime(pingedAt) }) : t("outcome.onlyHeld", { name })),
    (plan.mayHold || plan.reason === "window_closed") &&
      h(
        "div",
        { class: "outcome-instead" },
        plan.mayHold && h(Button, { label: t(onlyHold ? "outcome.sendTemplate" : "outcome.onlyHold"), onClick: () => onOnlyHold(!onlyHold) }),
        h(Button, { label: t("outcome.otherTemplate"), onClick: onTemplates }),
      ),
  );
}

/**
 * What was there before: words older than the customer's, a template that was taken back, held words that these replace.
 * @param {{conversation: import("../state.js").Conversation, name: string, onTemplates: () => void}} props
 */
function Before({ conversation, name, onTemplates }) {
  const { conversationId: id, lastMessage } = conversation;
  const draft = draftOf(id, "reply");
  const theirs = lastMessage?.direction === "in" ? lastMessage.at : null;
  return [
    draft && isOlderThan(draft, theirs) && h("p", { key: "old", class: "outcome-old" }, t("outcome.old", { name })),
    draftOf(id, "template") &&
      h("p", { key: "template" }, t("outcome.takenBack"), " ", h(Button, { label: t("outcome.goOn"), onClick: onTemplates })),
    replaced.value.has(id) &&
      h("p", { key: "replaced" }, t("outcome.replaces"), " ", h(Button, { label: t("outcome.replacesNot"), onClick: () => stopReplacing(id) })),
  ];
}

/** @param {{conversation: import("../state.js").Conversation, reason: string | null}} props */
function Refusal({ conversation, reason }) {
  if (reason === "not_assigned_to_you") return h(Holder, { conversation });
  return h("p", { class: "outcome-reason" }, tOr(`problem.${reason}`, reason ?? t("outcome.unknown")));
}
