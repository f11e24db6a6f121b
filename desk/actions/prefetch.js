// A conversation that somebody points at is loaded before it is opened.

import { later } from "../edge/time.js";
import { threads } from "../state.js";
import { openThread } from "./thread.js";

const DWELL_MS = 80;

let cancel = () => {};

/** @param {string | null} id at which somebody points; null: at none any more */
export function prefetch(id) {
  cancel();
  cancel = id && !threads.peek().has(id) ? later(DWELL_MS, () => void openThread(id)) : () => {};
}
