// Where somebody is in a thread, also after having been elsewhere.

import { useEffect, useRef, useState } from "../vendor/hooks.js";

/** @typedef {{key: string, top: number}} Anchor an item, and how far below the upper edge it stands, in pixels */

/**
 * @typedef {object} Place
 * @property {Anchor | null} anchor what stays where it is; null: the end is followed
 * @property {string | null} last the newest item that is drawn; null: the newest that there is
 * @property {string | null} seen the newest item when the end was last looked at
 */

/** By conversation. @type {Map<string, Place>} */
const left = new Map();

/** @param {string} id of the conversation; one component shows one */
export function usePlace(id) {
  const { current: place } = useRef(left.get(id) ?? { anchor: null, last: null, seen: null });
  const [last, setLast] = useState(place.last);
  const [atEnd, setAtEnd] = useState(place.anchor === null);
  place.last = last;
  useEffect(() => () => void left.set(id, place), [id]);
  return { place, last, setLast, atEnd, setAtEnd };
}

/** @type {(box: HTMLElement, list: HTMLElement | null, anchor: Anchor) => void} */
export function hold(box, list, { key, top }) {
  const item = itemsOf(list).find((one) => one.dataset.key === key);
  if (item) box.scrollTop = item.offsetTop - top;
}

/**
 * The first item that can be seen; not a day, which moves to the first of its messages when older ones come.
 * @type {(box: HTMLElement, list: HTMLElement | null) => Anchor | null}
 */
export function anchorOf(box, list) {
  const item = itemsOf(list).find((one) => one.offsetTop + one.offsetHeight > box.scrollTop);
  return item?.dataset.key ? { key: item.dataset.key, top: item.offsetTop - box.scrollTop } : null;
}

/** @type {(list: HTMLElement | null) => HTMLElement[]} */
const itemsOf = (list) => /** @type {HTMLElement[]} */ ([...(list?.children ?? [])]).filter((item) => item.dataset.key);
