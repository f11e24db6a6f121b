// What will happen to what is written, in the words of the server's decision: it stands beside the button.

import { h } from "../vendor/preact.js";
import { useRef } from "../vendor/hooks.js";
import { formatTime, known, t } from "../i18n.js";
import { filledTemplate, hasClosed } from "../model/send-words.js";
import { Button } from "../parts/button.js";

/** @typedef {import("../model/send-words.js").Plan} Plan */

/**
 * @param {object} props
 * @param {string} props.id
 * @param {Plan} props.plan
 * @param {string} props.name of the customer
 * @param {string} props.text that is written
 * @param {string | null} props.pingedAt when a template went out that waits for an answer
 * @param {boolean} props.onlyHold
 * @param {(only: boolean) => void} props.onOnlyHold
 * @param {() => void} [props.onOtherTemplate]
 */
export function ComposerOutcome({ id, plan, name, text, pingedAt, onlyHold, onOnlyHold, onOtherTemplate }) {
  const first = useRef(plan.delivery);
  const closed = hasClosed(first.current, plan);
  if (plan.delivery === "message") first.current = "message";
  return h(
    "div",
    { id, class: `outcome ${plan.delivery}` },
    closed && h("p", { role: "status", class: "outcome-news" }, t("outcome.closedMeanwhile")),
    plan.delivery === "refused" && h("p", { class: "outcome-reason" }, plan.reason ? reasonWords(plan.reason) : t("outcome.unknown")),
    plan.template && h("blockquote", { class: "outcome-template", dir: "auto" }, filledTemplate(plan.template, text)),
    plan.delivery === "template" && plan.holds && h("p", null, t("outcome.held", { name })),
    plan.delivery === "held" && h("p", null, pingedAt && !onlyHold ? t("outcome.pinged", { time: clock(pingedAt) }) : t("outcome.onlyHeld", { name })),
    (plan.mayHold || plan.reason === "window_closed") &&
      h(
        "div",
        { class: "outcome-instead" },
        plan.mayHold && h(Button, { label: t(onlyHold ? "outcome.sendTemplate" : "outcome.onlyHold"), onClick: () => onOnlyHold(!onlyHold) }),
        onOtherTemplate && h(Button, { label: t("outcome.otherTemplate"), onClick: onOtherTemplate }),
      ),
  );
}

/** @param {string} code */
const reasonWords = (code) => (known(`problem.${code}`) ? t(`problem.${code}`) : code);

/** @param {string} at */
const clock = (at) => formatTime(at, { hour: "2-digit", minute: "2-digit" });
