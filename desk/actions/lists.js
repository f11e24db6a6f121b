// Loading the lists of conversations.

import { api, query } from "../api.js";
import { hashOf } from "../model/routes.js";
import { merge } from "../model/rows.js";
import { now } from "../clock.js";
import { sort } from "../preferences.js";
import { lists, put, rows } from "../state.js";
import { signal } from "../vendor/signals.js";

/** @typedef {import("../model/routes.js").Place} Place */

const PAGE = 100;

/** The day whose closed conversations are shown, `2026-11-29`, by UTC. */
export const closedDay = signal(new Date(now()).toISOString().slice(0, 10));

/** @param {Place} place @returns {Parameters<typeof query>[0]} */
function filterOf(place) {
  const common = { sort: sort.value, limit: PAGE };
  switch (place.view) {
    case "queue":
      return { queue: place.queue, ...common };
    case "unanswered":
      return { unanswered: true, ...common };
    case "held":
      return { held: true, ...common };
    case "failed":
      return { failed: true, ...common };
    case "closed":
      return { status: "closed", day: closedDay.value, limit: PAGE };
    default:
      return { agent: "me", ...common };
  }
}

/**
 * Loads the first page of a list, or with `more` the next one. What was shown stays until the answer is there.
 * @param {Place} place a list
 * @param {{more?: boolean}} [options]
 * @returns {Promise<string[] | null>} the ids that came; null: they could not be had
 */
export async function loadList(place, { more = false } = {}) {
  const name = hashOf(place);
  const known = lists.value.get(name);
  put(lists, name, { cursor: known?.cursor ?? null, problem: null, loading: true });
  try {
    const cursor = more ? known?.cursor : null;
    const { body } = await api("GET", `conversations${query({ ...filterOf(place), cursor })}`);
    rows.value = merge(rows.value, body.items);
    put(lists, name, { cursor: body.nextCursor, problem: null, loading: false });
    return body.items.map((/** @type {import("../types/shapes").Row} */ row) => row.conversationId);
  } catch (problem) {
    put(lists, name, { cursor: known?.cursor ?? null, problem: /** @type {any} */ (problem), loading: false });
    return null;
  }
}

/** Loads all that the counts of the views stand on, and the list that is shown. @param {Place} shown */
export const loadLists = (shown) =>
  Promise.all(
    /** @type {Place[]} */ ([{ view: "mine" }, { view: "unanswered" }, { view: "held" }, { view: "failed" }])
      .concat(["queue", "closed"].includes(shown.view) ? [shown] : [])
      .map((place) => loadList(place)),
  );

/**
 * Loads all lists anew after a gap. Rows that are in none of the answers, and have not changed meanwhile, go. What was
 * gone may be there again as it was: the person may see more than before.
 * @param {Place} shown
 * @returns {Promise<boolean>} whether all could be had
 */
export async function reloadLists(shown) {
  const before = new Map([...rows.value].filter(([, row]) => !(/** @type {import("../model/rows.js").Known} */ (row).gone)));
  rows.value = before;
  const loaded = await loadLists(shown);
  if (loaded.includes(null)) return false;
  const there = new Set(loaded.flat());
  rows.value = new Map([...rows.value].filter(([id, row]) => there.has(id) || before.get(id) !== row));
  return true;
}
