// A message as a bubble: who wrote it, what it answers, what it says, and what became of it.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { Icon } from "../parts/icon.js";
import { ClockTime, clockTime } from "../parts/when.js";
import { authorName } from "../people.js";
import { MessageContent } from "./message-content.js";
import { MessageQuote } from "./message-quote.js";
import { MessageStatus } from "./message-status.js";
import { Outcome } from "./message-outcome.js";

/** @typedef {import("../model/messages.js").Line} Line */

const SHORT = 40;

/**
 * @param {object} props
 * @param {import("../model/thread-items.js").MessageItem} props.item
 * @param {import("../state.js").Thread} props.thread
 * @param {string} props.name of the customer
 * @param {ReadonlyMap<string, Line>} props.byId
 * @param {boolean} props.marked somebody jumped to it
 * @param {boolean} props.spoken it is read aloud when it comes
 * @param {(key: string) => void} props.onJump
 */
export function MessageBubble({ item, thread, name, byId, marked, spoken, onJump }) {
  const { line, first, reaction, key } = item;
  const author = authorName(line, name);
  return h(
    "article",
    {
      class: `message ${sideOf(line)} ${line.status ? `is-${line.status}` : ""} ${isShort(line) ? "short" : ""} ${first ? "first" : ""} ${marked ? "marked" : ""}`,
      "data-key": key, "aria-label": t("message.by", { name: author, time: clockTime(line.at) }),
      "aria-live": spoken ? undefined : "off",
    },
    h(
      "div",
      { class: "bubble" },
      first && h("p", { class: "author" }, line.kind === "note" && h(Icon, { name: "sticky-note" }), h("bdi", null, author)),
      line.context && h(MessageQuote, { quoted: byId.get(line.context.messageId), name, onJump }),
      h(MessageContent, { line }),
      h("p", { class: "foot" }, h(ClockTime, { at: line.at }), h(MessageStatus, { line })),
      reaction && h("span", { class: "reaction", title: t("message.reacted", { name, emoji: reaction }) }, reaction),
    ),
    h(Outcome, { line, thread, name }),
  );
}

/** The time fits beside its words. @param {Line} line */
const isShort = ({ kind, text }) => kind === "text" && text !== null && text.length <= SHORT && !text.includes("\n");

/** @param {Line} line */
const sideOf = (line) => (line.kind === "note" ? "note" : line.direction);
