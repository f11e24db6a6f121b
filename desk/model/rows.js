// Which conversation stands in which list, and where: one rule for what is loaded and for what is told live.

/** @typedef {import("../types/shapes").Row} Row */
/** @typedef {import("./routes.js").Place} Place */
/** @typedef {Row & {gone?: true}} Known a row; one that is `gone` is kept for its version: an older page may still come */
/** @typedef {ReadonlyMap<string, Known>} Rows by conversation id */
/** @typedef {{id: string, version: number}} Gone */
/** @typedef {"waiting" | "priority" | "recent"} Sort */

const PRIORITIES = ["urgent", "high", "normal", "low"];

/**
 * Puts news into the rows: a row only if it is newer than the one that is there, so that repeats do no harm.
 * @param {Rows} rows
 * @param {readonly Row[]} news
 * @param {readonly Gone[]} [gone] what the person may not see any more
 * @returns {Rows} the same map where nothing is new
 */
export function merge(rows, news, gone = []) {
  const merged = new Map(rows);
  let changed = false;
  for (const row of news) {
    const known = merged.get(row.conversationId);
    if (known && known.version >= row.version) continue;
    merged.set(row.conversationId, row);
    changed = true;
  }
  for (const { id, version } of gone) {
    const known = merged.get(id);
    // The answer to one's own transfer shows the very version that one may not see any more.
    if (known && (known.version > version || (known.gone && known.version === version))) continue;
    merged.set(id, /** @type {Known} */ ({ ...known, conversationId: id, version, gone: true }));
    changed = true;
  }
  return changed ? merged : rows;
}

/**
 * @param {Known} row
 * @param {Place} place
 * @param {string} agent who looks
 */
export function belongs(row, place, agent) {
  if (row.gone) return false;
  const open = row.status !== "closed";
  switch (place.view) {
    case "mine":
      return open && row.agent === agent;
    case "queue":
      return open && row.queue === place.queue;
    case "unanswered":
      return open && row.waitingSince !== null;
    case "held":
      return open && row.held > 0;
    case "failed":
      return row.failed > 0;
    case "closed":
      return !open;
    default:
      return false;
  }
}

/**
 * @param {Rows} rows
 * @param {string} agent
 * @returns {Row[]} what is offered to a person
 */
export const offersTo = (rows, agent) => [...rows.values()].filter((row) => !row.gone && row.offer?.agent === agent);

/**
 * @param {Sort} sort
 * @returns {(one: Row, other: Row) => number}
 */
export function order(sort) {
  if (sort === "recent") return byRecency;
  if (sort === "priority") return (one, other) => rank(one) - rank(other) || byWaiting(one, other);
  return byWaiting;
}

/**
 * @param {Rows} rows
 * @param {Place} place
 * @param {string} agent
 * @param {Sort} sort
 * @returns {Row[]} the list of a place, in its order
 */
export const listOf = (rows, place, agent, sort) =>
  [...rows.values()]
    .filter((row) => belongs(row, place, agent))
    .sort(order(place.view === "closed" ? "recent" : sort));

/** @param {Row} row */
const rank = (row) => PRIORITIES.indexOf(row.priority);

/**
 * Longest waiting first; those without a wait last, the newest of them first. Of those of one second, which is all that
 * WhatsApp tells, the one that began first: the end of an id tells.
 * @type {(one: Row, other: Row) => number}
 */
export function byWaiting(one, other) {
  if (one.waitingSince && other.waitingSince)
    return compare(one.waitingSince, other.waitingSince) || compare(begun(one), begun(other));
  if (one.waitingSince || other.waitingSince) return one.waitingSince ? -1 : 1;
  return byRecency(one, other);
}

/** @type {(one: Row, other: Row) => number} */
const byRecency = (one, other) =>
  compare(other.lastMessageAt ?? "", one.lastMessageAt ?? "") || compare(one.conversationId, other.conversationId);

/** @param {Row} row */
const begun = ({ conversationId }) => conversationId.slice(conversationId.lastIndexOf("-") + 1);

/** @type {(one: string, other: string) => number} */
const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
