// What people do to a conversation: take it, set it aside, hand it on, end it.

import { api, ApiError } from "../api.js";
import { newId } from "../edge/browser.js";
import { threads } from "../state.js";
import { signal } from "../vendor/signals.js";
import { reasonOf, tell } from "./notices.js";
import { learnConversation, refreshThread } from "./thread.js";

/** The conversations to which something is being done: their buttons wait. */
export const busy = signal(/** @type {ReadonlySet<string>} */ (new Set()));

/** @param {string} id */
export const take = (id) => change(id, "assign", { json: {} });
/** @param {string} id @param {string} [until] RFC 3339; without it, until the customer writes */
export const wait = (id, until) => change(id, "wait", { json: until ? { until } : {} });
/** @param {string} id */
export const wrapUp = (id) => change(id, "wrap-up", {});
/** @param {string} id */
export const release = (id) => change(id, "release", {});
/** @param {string} id */
export const accept = (id) => change(id, "accept", {});
/** @param {string} id */
export const decline = (id) => change(id, "decline", {});

/** From somebody else: not if it has changed since the person saw it. @param {string} id */
export const takeOver = (id) => change(id, "assign", { json: {}, etag: etagOf(id) });

/** @param {string} id @param {{queue: string, note?: string} | {agent: string, note?: string}} to */
export const transfer = (id, to) => change(id, "transfer", { json: to, etag: etagOf(id) });

/** @param {string} id @param {Record<string, unknown>} body what is noted at the end */
export const closeNow = (id, body) => change(id, "close", { json: body, etag: etagOf(id) });

/** Gives a conversation other tags. @param {string} id @param {readonly string[]} tags */
export const label = (id, tags) => change(id, "", { json: { tags }, etag: etagOf(id) }, "PATCH");

/** @param {string} id */
const etagOf = (id) => threads.peek().get(id)?.etag ?? null;

/**
 * Does something to a conversation, and takes over what has become of it. Why it did not work is told, and what is
 * shown is loaded anew where it was out of date.
 * @param {string} id
 * @param {string} call
 * @param {{json?: Record<string, unknown>, etag?: string | null}} what
 * @param {"POST" | "PATCH"} [method]
 * @returns {Promise<boolean>} whether it was done
 */
async function change(id, call, what, method = "POST") {
  if (busy.peek().has(id)) return false;
  busy.value = new Set(busy.peek()).add(id);
  try {
    const { body, etag } = await api(method, ["conversations", id, call].filter(Boolean).join("/"), { ...what, key: newId() });
    learnConversation(body, etag);
    if (what.json?.note) void refreshThread(id);
    return true;
  } catch (error) {
    tell("bad", reasonOf(error));
    if (error instanceof ApiError && (error.status === 409 || error.status === 412)) void refreshThread(id);
    return false;
  } finally {
    const left = new Set(busy.peek());
    left.delete(id);
    busy.value = left;
  }
}
