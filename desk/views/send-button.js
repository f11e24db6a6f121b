// The one submit of the composer: it says who gets it, and what will happen.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { Icon } from "../parts/icon.js";

/** @typedef {import("../model/send-words.js").Plan} Plan */

/**
 * @param {object} props
 * @param {Plan | null} props.plan null: a note
 * @param {string} props.name of the customer
 * @param {boolean} props.ready there is something to send
 * @param {string} props.describedBy id of what says more
 */
export function SendButton({ plan, name, ready, describedBy }) {
  const label = plan ? t(plan.words, { name, template: plan.template?.name ?? "" }) : t("composer.addNote");
  return h(
    "button",
    {
      type: "submit", class: `button send ${plan ? "primary" : ""}`, "data-will": plan?.delivery ?? "note", disabled: !ready,
      "aria-describedby": describedBy,
    },
    h(Icon, { name: iconOf(plan) }),
    h("span", { dir: "auto" }, label),
  );
}

/** @param {Plan | null} plan */
function iconOf(plan) {
  if (!plan) return "sticky-note";
  return plan.delivery === "template" ? "layout-template" : plan.delivery === "held" ? "hourglass" : "send";
}
