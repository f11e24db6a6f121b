// How a thread scrolls: it follows its end while that is looked at; else what is looked at stays where it is.

import { watchSizes } from "../edge/sight.js";
import { isAtEnd, newerThan, olderThan, rangeOf } from "../model/scrolling.js";
import { useEffect, useLayoutEffect, useRef, useState } from "../vendor/hooks.js";

/** @typedef {{key: string, top: number}} Anchor an item, and how far below the upper edge it stands, in pixels */

/**
 * @typedef {object} Place where somebody is in a thread
 * @property {Anchor | null} anchor what stays where it is; null: the end is followed
 * @property {string | null} last the newest item that is drawn; null: the newest that there is
 * @property {string | null} seen the newest item when the end was last looked at
 */

const NEAR_EDGE = 400;
const BELOW_EDGE = 48;

/** Where threads were left, by conversation. @type {Map<string, Place>} */
const left = new Map();

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
  const place = useRef(left.get(id) ?? { anchor: null, last: null, seen: null });
  const sizes = useRef("");
  const sent = useRef(sentAt);
  const [last, setLast] = useState(place.current.last);
  const [atEnd, setAtEnd] = useState(place.current.anchor === null);
  const [marked, setMarked] = useState(/** @type {string | null} */ (null));
  const range = rangeOf(keys, last, place.current.anchor?.key);
  place.current.last = last;

  const settle = () => {
    const scrolled = box.current;
    if (!scrolled) return;
    const now = `${scrolled.clientHeight} ${scrolled.scrollHeight}`;
    if (place.current.anchor) hold(scrolled, list.current, place.current.anchor);
    else if (now !== sizes.current) scrolled.scrollTop = scrolled.scrollHeight;
    sizes.current = now;
    if (!place.current.anchor) place.current.seen = keys.at(-1) ?? null;
  };
  const look = () => {
    const scrolled = box.current;
    if (!scrolled) return;
    const below = scrolled.scrollHeight - scrolled.scrollTop - scrolled.clientHeight;
    const end = range.stop === keys.length && isAtEnd(scrolled);
    place.current.anchor = end ? null : anchorOf(scrolled, list.current);
    setAtEnd(end);
    if (scrolled.scrollTop < NEAR_EDGE && range.start > 0) setLast(olderThan(keys, range));
    else if (below < NEAR_EDGE && range.stop < keys.length) setLast(newerThan(keys, range));
  };
  const toEnd = () => {
    place.current.anchor = null;
    sizes.current = "";
    setLast(null);
    setAtEnd(true);
    settle();
  };
  const toItem = (/** @type {string} */ key) => {
    const index = keys.indexOf(key);
    if (index < 0) return;
    place.current.anchor = { key, top: BELOW_EDGE };
    setMarked(key);
    if (index < range.start || index >= range.stop) return setLast(newerThan(keys, { start: 0, stop: index + 1 }));
    settle();
    look();
  };

  const latest = useRef(settle);
  latest.current = settle;
  useLayoutEffect(settle);
  useLayoutEffect(() => void (startAt && toItem(startAt)), [startAt]);
  useLayoutEffect(() => {
    if (sentAt > sent.current) toEnd();
    sent.current = sentAt;
  }, [sentAt]);
  useEffect(() => {
    const elements = [box.current, list.current].filter((element) => element !== null);
    return watchSizes(elements, () => latest.current());
  }, []);
  useEffect(() => () => void left.set(id, place.current), [id]);

  return { box, list, range, atEnd, marked, seen: place.current.seen, onScroll: look, toEnd, toItem };
}

/** @type {(list: HTMLElement | null) => HTMLElement[]} */
const itemsOf = (list) => /** @type {HTMLElement[]} */ ([...(list?.children ?? [])]).filter((item) => item.dataset.key);

/** @type {(box: HTMLElement, list: HTMLElement | null, anchor: Anchor) => void} */
function hold(box, list, { key, top }) {
  const item = itemsOf(list).find((one) => one.dataset.key === key);
  if (item) box.scrollTop = item.offsetTop - top;
}

/** @type {(box: HTMLElement, list: HTMLElement | null) => Anchor | null} */
function anchorOf(box, list) {
  const item = itemsOf(list).find((one) => one.offsetTop + one.offsetHeight > box.scrollTop);
  return item?.dataset.key ? { key: item.dataset.key, top: item.offsetTop - box.scrollTop } : null;
}
