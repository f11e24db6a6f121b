// The lines of a thread: pages and news come again and again, each line stands once, at its time.

/** @typedef {import("../types/shapes").Message} Message */
/** @typedef {Message & {readAt?: number}} Line `readAt`: when the desk saw that it was read, which the API does not say */

/** By what the API finds a message, in paths too. @param {Message} message */
export const idOf = ({ replyId, pathId, messageId }) => replyId ?? pathId ?? messageId ?? "";

/**
 * What makes a line the same line. The team's have a replyId before they have a messageId; the template that pings and
 * the words that it holds carry the same one.
 * @param {Message} message
 */
export function keyOf(message) {
  if (message.replyId) return `r:${message.replyId}:${message.part ?? 1}:${message.kind === "template" ? "template" : "words"}`;
  return message.messageId ? `m:${message.messageId}` : `a:${message.at}:${message.kind}:${message.text ?? ""}`;
}

/**
 * @param {readonly Line[]} lines oldest first
 * @param {readonly Message[]} news oldest first; they stand over what was there
 * @param {number} now milliseconds since 1970
 * @returns {Line[]} oldest first; those of one moment as they came
 */
export function mergeLines(lines, news, now) {
  const merged = new Map(lines.map((line) => [keyOf(line), line]));
  for (const line of news) {
    const known = merged.get(keyOf(line));
    if (known && known.at !== line.at) merged.delete(keyOf(line)); // else it keeps its old place among those of its new moment
    merged.set(keyOf(line), known && line.status === "read" ? withReadAt(line, known, now) : line);
  }
  return [...merged.values()].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/**
 * @param {readonly Message[]} page the newest lines
 * @param {readonly Line[]} lines that are known
 * @returns {boolean} whether they meet, so that none between them is missing
 */
export function reachesBack(page, lines) {
  const known = new Set(lines.map(keyOf));
  return page.some((line) => known.has(keyOf(line)));
}

/** @type {(line: Message, known: Line, now: number) => Line} */
function withReadAt(line, known, now) {
  const readAt = known.status === "read" ? known.readAt : now;
  return readAt === undefined ? line : { ...line, readAt };
}
