// What WhatsApp has said of a message of the team's: a sign, and words for it.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { Icon } from "../parts/icon.js";
import { clockTime } from "../parts/when.js";

const SIGNS = {
  pending: "clock", sent: "check", delivered: "check-check", read: "check-check",
  held: "hourglass", failed: "triangle-alert", cancelled: "undo-2", expired: "hourglass",
};

/** @param {{line: import("../model/messages.js").Line}} props */
export function MessageStatus({ line }) {
  const { direction, kind, status } = line;
  if (direction === "in" || kind === "note" || !status) return null;
  const words = wordsOf(line);
  return h("span", { class: `status is-${status}` }, h(Icon, { name: SIGNS[status] }), h("span", null, words));
}

/** @type {(line: import("../model/messages.js").Line) => string} */
function wordsOf({ status, readAt, error }) {
  if (status === "read" && readAt) return t("message.readAt", { time: clockTime(readAt) });
  return t(status === "failed" && error?.code === "in_doubt" ? "message.inDoubt" : `message.${status}`);
}
