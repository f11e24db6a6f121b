// Places of the desk and their addresses. Everything that a person looks at has one.

/**
 * @typedef {{view: "mine" | "unanswered" | "held" | "failed" | "closed" | "new" | "supervisor" | "reports" | "templates" | "quarantine"}
 *   | {view: "queue", queue: string}
 *   | {view: "conversation", id: string, info: boolean}
 *   | {view: "contact", id: string}} Place
 */

/** The lists that everybody has, in the order of their keys; the queues follow them. */
export const PLAIN_LISTS = /** @type {const} */ (["mine", "unanswered", "held", "failed", "closed"]);

/** Each may do what the ones before it may. @type {readonly import("../session.js").Role[]} */
export const ROLES = ["Agent", "Supervisor", "Admin"];

const PLAIN = /** @type {readonly string[]} */ ([...PLAIN_LISTS, "new", "supervisor", "reports", "templates", "quarantine"]);
const LISTS = /** @type {readonly string[]} */ ([...PLAIN_LISTS, "queue"]);

/**
 * @param {string} hash `#/c/<id>/info`
 * @returns {Place} "mine" where the address names nothing that there is
 */
export function placeOf(hash) {
  const [view, name, more] = partsOf(hash);
  if (view === "queue" && name) return { view, queue: name };
  if (view === "c" && name) return { view: "conversation", id: name, info: more === "info" };
  if (view === "contact" && name) return { view, id: name };
  return /** @type {Place} */ ({ view: PLAIN.includes(view ?? "") ? view : "mine" });
}

/**
 * @param {Place} place
 * @returns {string}
 */
export function hashOf(place) {
  switch (place.view) {
    case "queue":
      return `#/queue/${encodeURIComponent(place.queue)}`;
    case "conversation":
      return `#/c/${encodeURIComponent(place.id)}${place.info ? "/info" : ""}`;
    case "contact":
      return `#/contact/${encodeURIComponent(place.id)}`;
    default:
      return `#/${place.view}`;
  }
}

/**
 * Who sits at the desk, where the address says so: `/play` of the local stack opens `#/as/ana/Agent`.
 * @param {string} hash
 * @returns {{agentId: string, role: import("../session.js").Role} | null}
 */
export function seatOf(hash) {
  const [view, agentId, role = ""] = partsOf(hash);
  if (view !== "as" || !agentId || !ROLES.some((one) => one === role)) return null;
  return { agentId, role: /** @type {import("../session.js").Role} */ (role) };
}

/** @param {Place} place */
export const isList = (place) => LISTS.includes(place.view);

/** @param {string} hash */
const partsOf = (hash) => hash.replace(/^#\/?/, "").split("/").map(decoded);

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
