// What can be seen, and how large it is.

import { isVisible } from "./browser.js";

/**
 * @param {Element} element
 * @param {(seen: boolean) => void} listener called now, and whenever the element comes near the screen or leaves it
 * @returns {() => void} call it to hear no more
 */
export function watchSight(element, listener) {
  const observer = new IntersectionObserver((entries) => listener(entries.at(-1)?.isIntersecting === true), {
    rootMargin: "200px",
  });
  observer.observe(element);
  return () => observer.disconnect();
}

/**
 * @param {readonly Element[]} elements
 * @param {() => void} listener called when one of them has another size, before it is painted
 * @returns {() => void} call it to hear no more
 */
export function watchSizes(elements, listener) {
  const observer = new ResizeObserver(listener);
  for (const element of elements) observer.observe(element);
  return () => observer.disconnect();
}

/**
 * @param {() => void} listener called when the page is looked at again
 * @returns {() => void} call it to hear no more
 */
export function watchVisible(listener) {
  const seen = () => isVisible() && listener();
  document.addEventListener("visibilitychange", seen);
  return () => document.removeEventListener("visibilitychange", seen);
}
