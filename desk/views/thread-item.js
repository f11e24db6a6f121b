// One item of a thread: a day, the line of what is new, what the app says itself, or a message.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { ClockTime, dayWords } from "../parts/when.js";
import { MessageBubble } from "./message.js";

/** @typedef {import("../model/thread-items.js").Item} Item */

/**
 * @param {object} props
 * @param {Item} props.item
 * @param {import("../state.js").Thread} props.thread
 * @param {string} props.name of the customer
 * @param {ReadonlyMap<string, import("../model/messages.js").Line>} props.byId all lines that are known, by messageId
 * @param {boolean} props.marked somebody jumped to it
 * @param {boolean} props.spoken it is read aloud when it comes: the log is a live region, and all else in it is silent
 * @param {(key: string) => void} props.onJump
 */
export function ThreadItem({ item, thread, name, byId, marked, spoken, onJump }) {
  switch (item.type) {
    case "day":
      return h("p", { class: "line day", "aria-live": "off" }, h("span", null, dayWords(item.at)));
    case "new":
      return h("p", { class: "line new", "aria-live": "off", "data-key": item.key }, h("span", null, t("thread.new")));
    case "system":
      return h(
        "p",
        { class: "line system", "aria-live": "off", "data-key": item.key },
        h("span", { dir: "auto" }, systemWords(item.line, name)), " ", h(ClockTime, { at: item.line.at }),
      );
    default:
      return h(MessageBubble, { item, thread, name, byId, marked, spoken, onJump });
  }
}

/** @type {(line: import("../state.js").Message, name: string) => string} */
function systemWords({ kind, reaction, text }, name) {
  if (kind !== "reaction") return text ?? "";
  return reaction?.emoji ? t("message.reacted", { name, emoji: reaction.emoji }) : t("message.reactionGone", { name });
}
