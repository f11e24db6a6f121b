// What of a thread is new to the person, and what the person has seen.

import { read } from "../actions/messages.js";
import { isVisible } from "../edge/browser.js";
import { watchVisible } from "../edge/sight.js";
import { firstUnread } from "../model/thread-items.js";
import { useEffect, useRef } from "../vendor/hooks.js";

/** @typedef {import("../state.js").Thread} Thread */

/**
 * Where the line "New" stands, from the moment the thread is up to date until somebody leaves it.
 * @param {Thread} thread
 * @returns {string | null} key of the first message below it
 */
export function useNewFrom({ conversation, lines, behind }) {
  const found = useRef(/** @type {string | null | undefined} */ (undefined));
  if (found.current === undefined && !behind) found.current = firstUnread(lines, conversation?.unread ?? 0);
  return found.current ?? null;
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
