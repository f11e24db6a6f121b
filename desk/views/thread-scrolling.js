// How a thread scrolls: it follows its end while that is looked at; else what is looked at stays where it is.

import { isAtEnd, newerThan, olderThan, rangeOf } from "../model/scrolling.js";
import { useEffect, useLayoutEffect, useRef, useState } from "../vendor/hooks.js";
import { watchSizes } from "../edge/sight.js";
import { anchorOf, hold, usePlace } from "./thread-place.js";

const NEAR_EDGE = 400;
const BELOW_EDGE = 48;

/**
 * @param {object} thread
 * @param {string} thread.id of the conversation
 * @param {readonly string[]} thread.keys of all items, oldest first
 * @param {number} thread.sentAt when the person sent the newest of what waits: the thread goes to its end for it
 * @param {string | null} thread.startAt the item where one begins to read
 */
export function useThreadScrolling({ id, keys, sentAt, startAt }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const { place, atEnd, setAtEnd, last, setLast } = usePlace(id);
  const [marked, setMarked] = useState(/** @type {string | null} */ (null));
  const [started, setStarted] = useState(/** @type {string | null} */ (null));
  const range = rangeOf(keys, last, place.anchor?.key);

  const settle = useSettling(box, list, (scrolled, resized) => {
    if (place.anchor) hold(scrolled, list.current, place.anchor);
    else {
      if (resized) scrolled.scrollTop = scrolled.scrollHeight;
      place.seen = keys.at(-1) ?? null;
    }
  });
  const look = () => {
    const scrolled = box.current;
    if (!scrolled) return;
    const below = scrolled.scrollHeight - scrolled.scrollTop - scrolled.clientHeight;
    const end = range.stop === keys.length && isAtEnd(scrolled);
    place.anchor = end ? null : anchorOf(scrolled, list.current);
    setAtEnd(end);
    if (scrolled.scrollTop < NEAR_EDGE && range.start > 0) setLast(olderThan(keys, range));
    else if (below < NEAR_EDGE && range.stop < keys.length) setLast(newerThan(keys, range));
  };
  const toEnd = () => {
    place.anchor = null;
    setLast(null);
    setAtEnd(true);
    settle(true);
  };
  const toItem = (/** @type {string} */ key) => {
    const index = keys.indexOf(key);
    if (index < 0) return;
    place.anchor = { key, top: BELOW_EDGE };
    setMarked(key);
    if (index < range.start || index >= range.stop) return setLast(newerThan(keys, { start: 0, stop: index + 1 }));
    settle();
    look();
  };
  useLayoutEffect(() => {
    if (startAt) toItem(startAt);
    setStarted(startAt);
  }, [startAt]);
  useWhenGrown(sentAt, toEnd);

  return { box, list, range, atEnd: atEnd && started === startAt, marked, seen: place.seen, onScroll: look, toEnd, toItem };
}

/**
 * Puts the thread right after it was drawn, and when it or what is in it has another size.
 * @param {{current: HTMLElement | null}} box
 * @param {{current: HTMLElement | null}} list
 * @param {(box: HTMLElement, resized: boolean) => void} settle
 * @returns {(resized?: boolean) => void} puts it right now
 */
function useSettling(box, list, settle) {
  const sizes = useRef("");
  const now = (/** @type {boolean | undefined} */ resized) => {
    if (!box.current) return;
    const found = `${box.current.clientHeight} ${box.current.scrollHeight}`;
    settle(box.current, resized || found !== sizes.current);
    sizes.current = found;
  };
  const latest = useRef(now);
  latest.current = now;
  useLayoutEffect(() => now(false));
  useEffect(() => watchSizes([box.current, list.current].filter((element) => element !== null), () => latest.current(false)), []);
  return now;
}

/** @type {(value: number, act: () => void) => void} */
function useWhenGrown(value, act) {
  const known = useRef(value);
  useLayoutEffect(() => {
    if (value > known.current) act();
    known.current = value;
  }, [value]);
}
