// What a thread shows, in order: days, the line of what is new, messages in runs of one sender, what the app says itself.

import { keyOf } from "./messages.js";

/** @typedef {import("./messages.js").Line} Message */

/**
 * @typedef {object} MessageItem
 * @property {"message"} type
 * @property {string} key
 * @property {Message} line
 * @property {boolean} first its sender is named above it
 * @property {string | null} reaction the emoji that the customer put on it
 */

/**
 * @typedef {{type: "day", key: string, at: string}
 *   | {type: "new", key: string}
 *   | {type: "system", key: string, line: Message}
 *   | MessageItem} Item
 */

const RUN_MS = 5 * 60_000;

/**
 * @param {readonly Message[]} lines oldest first
 * @param {string | null} newFrom key of the first line that is new
 * @param {ReadonlyMap<string, Message>} byId all lines that are known, by messageId
 * @returns {Item[]}
 */
export function itemsOf(lines, newFrom, byId) {
  const reactions = reactionsOf(lines);
  /** @type {Item[]} */
  const items = [];
  let day = "";
  /** @type {Message | null} */
  let before = null;
  for (const line of lines) {
    if (isShownElsewhere(line, byId)) continue;
    const key = itemKey(line);
    if (dayOf(line.at) !== day) {
      day = dayOf(line.at);
      items.push({ type: "day", key: `day:${day}`, at: line.at });
      before = null;
    }
    if (key === newFrom) {
      items.push({ type: "new", key: "new" });
      before = null;
    }
    if (isSystem(line)) {
      items.push({ type: "system", key, line });
      before = null;
      continue;
    }
    const reaction = (line.messageId && reactions.get(line.messageId)) || null;
    items.push({ type: "message", key, line, first: !before || !isOneRun(before, line), reaction });
    before = line;
  }
  return items;
}

/** @param {readonly Message[]} lines @returns {Map<string, Message>} */
export const byMessageId = (lines) => new Map(lines.flatMap((line) => (line.messageId ? [[line.messageId, line]] : [])));

/** A reaction stands on the message that it answers. @type {(line: Message, byId: ReadonlyMap<string, Message>) => boolean} */
const isShownElsewhere = ({ kind, reaction }, byId) =>
  kind === "reaction" && reaction?.messageId != null && byId.has(reaction.messageId);

/** @param {Message} line */
export const isFromCustomer = ({ direction, author }) => direction === "in" && author.type === "customer";

/**
 * The line from which on all is new to the person: the oldest of the customer's last `unread` messages.
 * @param {readonly Message[]} lines
 * @param {number} unread
 * @returns {string | null} its key
 */
export function firstUnread(lines, unread) {
  const theirs = lines.filter((line) => isFromCustomer(line) && line.kind !== "reaction");
  const first = unread > 0 ? theirs[Math.max(0, theirs.length - unread)] : undefined;
  return first ? keyOf(first) : null;
}

/** The day of a time where the person is, `2026-11-30`. @param {string | number} at */
function dayOf(at) {
  const date = new Date(at);
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/**
 * Words that were held and go out stand elsewhere, as another element: Chromium keeps the old style of one that moves and
 * changes at once.
 * @param {Message} line
 */
const itemKey = (line) => (line.status === "held" ? `${keyOf(line)}:held` : keyOf(line));

/** The newest reaction on each message; one without an emoji takes the last away. @param {readonly Message[]} lines */
const reactionsOf = (lines) =>
  new Map(lines.flatMap(({ reaction }) => (reaction?.messageId ? [[reaction.messageId, reaction.emoji ?? null]] : [])));

/** @param {Message} line */
const isSystem = ({ author, kind }) => author.type === "system" || kind === "reaction";

/** @type {(one: Message, other: Message) => boolean} */
const isOneRun = (one, other) =>
  one.direction === other.direction &&
  one.kind === "note" === (other.kind === "note") &&
  one.author.type === other.author.type &&
  one.author.id === other.author.id &&
  Date.parse(other.at) - Date.parse(one.at) < RUN_MS;
