// What people do to a conversation: take it, set it aside, hand it on, end it.

import { api, ApiError } from "../api.js";
import { newId } from "../edge/browser.js";
import { sameHands, sameTags, sameWords } from "../model/hands.js";
import { threads, whileBusy } from "../state.js";
import { signal } from "../vendor/signals.js";
import { reasonOf, tell } from "./notices.js";
import { learnConversation, refreshThread } from "./thread.js";

/** @typedef {import("../model/hands.js").Same} Same */
/** @typedef {{json?: Record<string, unknown>, isSame?: Same}} What `isSame`: it is done only to what the person saw */

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

/** From somebody else: not if that person has handed it on meanwhile. @param {string} id */
export const takeOver = (id) => change(id, "assign", { json: {}, isSame: sameHands });

/** @param {string} id @param {{queue: string, note?: string} | {agent: string, note?: string}} to */
export const transfer = (id, to) => change(id, "transfer", { json: to, isSame: sameHands });

/** @param {string} id @param {Record<string, unknown>} body what is noted at the end */
export const closeNow = (id, body) => change(id, "close", { json: body, isSame: sameWords });

/** Gives a conversation other tags. @param {string} id @param {readonly string[]} tags */
export const label = (id, tags) => change(id, "", { json: { tags }, isSame: sameTags }, "PATCH");

/**
 * Does something to a conversation, and takes over what has become of it. Why it did not work is told, and what is
 * shown is loaded anew where it was out of date.
 * @param {string} id
 * @param {string} call
 * @param {What} what
 * @param {"POST" | "PATCH"} [method]
 * @returns {Promise<boolean>} whether it was done
 */
async function change(id, call, what, method = "POST") {
  return (await whileBusy(busy, id, () => changeAlone(id, call, what, method))) ?? false;
}

/** @type {(id: string, call: string, what: What, method: "POST" | "PATCH") => Promise<boolean>} */
async function changeAlone(id, call, { json, isSame }, method) {
  try {
    const path = ["conversations", id, call].filter(Boolean).join("/");
    const ask = (/** @type {string | null} */ etag) => api(method, path, { ...(json ? { json } : {}), etag, key: newId() });
    const { body, etag } = await (isSame ? askOfSame(id, isSame, ask) : ask(null));
    learnConversation(body, etag);
    if (json?.note) void refreshThread(id);
    return true;
  } catch (error) {
    tell("bad", reasonOf(error));
    if (error instanceof ApiError && (error.status === 409 || error.status === 412)) void refreshThread(id);
    return false;
  }
}

/**
 * Asks for something to be done to a conversation as the person saw it. What changed beside that is no reason to bother
 * the person: it is asked for again.
 * @param {string} id
 * @param {Same} isSame
 * @param {(etag: string | null) => Promise<import("../api.js").Answer<any>>} ask
 */
async function askOfSame(id, isSame, ask) {
  const { conversation: seen, etag } = threads.peek().get(id) ?? { conversation: null, etag: null };
  try {
    return await ask(etag);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412 || !seen) throw error;
    const now = await api("GET", `conversations/${id}`);
    if (!isSame(seen, now.body)) throw error;
    return ask(now.etag);
  }
}
