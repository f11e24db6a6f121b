// The tabs of one person in one browser: one of them asks the server, all of them hear.

import { isVisible } from "./browser.js";
import { every, now } from "./time.js";

const SILENCE_MS = 40_000;
const LOOK_MS = 5_000;

/**
 * Joins the tabs of a person. The leader holds a lock; a hidden one hands it to a tab that is looked at, and one that
 * has not been heard of for 40 s (frozen by the browser) is relieved of it.
 * @param {string} agent
 * @param {object} part
 * @param {(signal: AbortSignal) => void} part.lead this tab leads, until the signal is aborted
 * @param {(message: any) => void} part.hear what another tab said
 * @returns {(message: unknown) => void} says something to the other tabs
 */
export function joinTabs(agent, { lead, hear }) {
  const name = `desk-poll:${agent}`;
  const channel = new BroadcastChannel(name);
  let heard = now();
  /** @type {AbortController | null} */
  let leading = null;
  const post = (/** @type {{tabs: "wanted" | "hidden"} | {said: unknown}} */ message) =>
    channel.postMessage({ ...message, led: leading !== null });

  /** @param {boolean} steal */
  const queueUp = (steal) =>
    navigator.locks
      .request(name, { steal }, () => {
        const mine = new AbortController();
        leading = mine;
        lead(mine.signal);
        if (!isVisible()) post({ tabs: "hidden" });
        return new Promise((release) => mine.signal.addEventListener("abort", () => release(undefined)));
      })
      .catch(() => leading?.abort()) // another tab took the lock
      .finally(() => {
        leading = null;
        heard = now();
        void queueUp(false);
      });

  channel.onmessage = ({ data }) => {
    if (data.led) heard = now();
    if (data.tabs === "wanted") !isVisible() && leading?.abort();
    else if (data.tabs === "hidden") isVisible() && post({ tabs: "wanted" });
    else hear(data.said);
  };
  document.addEventListener("visibilitychange", () => post({ tabs: isVisible() ? "wanted" : "hidden" }));
  every(LOOK_MS, () => {
    if (leading || !isVisible() || now() - heard < SILENCE_MS) return;
    heard = now();
    void queueUp(true);
  });
  void queueUp(false);

  return (message) => post({ said: message });
}
