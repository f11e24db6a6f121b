// What of a thread is new to the person, and what the person has seen.

import { read } from "../actions/messages.js";
import { isVisible } from "../edge/browser.js";
import { watchVisible } from "../edge/sight.js";
import { firstUnread } from "../model/thread-items.js";
import { useEffect, useRef } from "../vendor/hooks.js";

/** @typedef {import("../state.js").Thread} Thread */

/** @typedef {{newFrom: string | null, until: string}} Opening key of the first message that is new, time of the last one */

/**
 * What there was when the thread was opened and up to date; it stays until somebody leaves the thread.
 * @param {Thread} thread
 * @returns {Opening | null} null: it is not up to date yet
 */
export function useOpening({ conversation, lines, behind }) {
  const opening = useRef(/** @type {Opening | null} */ (null));
  if (!opening.current && !behind)
    opening.current = { newFrom: firstUnread(lines, conversation?.unread ?? 0), until: lines.at(-1)?.at ?? "" };
  return opening.current;
}

/**
 * Tells the server when the conversation's own agent looks at the end of its thread.
 * @type {(thread: Thread, atEnd: boolean) => void}
 */
export function useReading({ id, conversation, lines, behind }, atEnd) {
  const upTo = lines.findLast((line) => line.messageId)?.messageId ?? null;
  const { unread = 0, failed = 0, allowed = [] } = conversation ?? {};
  const may = upTo !== null && !behind && atEnd && unread + failed > 0 && allowed.includes("read");
  useEffect(() => {
    if (!may || upTo === null) return undefined;
    const look = () => void (isVisible() && read(id, upTo));
    look();
    return watchVisible(look);
  }, [id, may, upTo, unread, failed]);
}
