// What supervisors do to conversations of others.

import { api } from "../api.js";
import { newId } from "../edge/browser.js";
import { t, tOr } from "../i18n.js";
import { tell } from "./notices.js";
import { learnConversation } from "./thread.js";

/**
 * @typedef {{action: "assign", agent: string} | {action: "transfer", queue: string} | {action: "release"} | {action: "close"}} Bulk
 */

/**
 * Does the same to many conversations, one of which failing keeps none of the others back.
 * @param {readonly string[]} ids
 * @param {Bulk} what
 * @returns {Promise<{conversationId: string, status: number, problem?: {code: string, title: string}}[]>} those that were not done
 */
export async function changeMany(ids, what) {
  const { body } = await api("POST", "conversations/bulk", { json: { ids, ...what }, key: newId() });
  const results = /** @type {{conversationId: string, status: number, problem?: {code: string, title: string}}[]} */ (body.items ?? body);
  const done = results.filter((one) => one.status < 300).map((one) => one.conversationId);
  await Promise.all(done.map(readAgain));
  return results.filter((one) => one.status >= 300);
}

/**
 * Says how many of many were done, and why the others were not.
 * @param {{problem?: {code: string, title: string}}[]} failed
 * @param {number} count
 */
export function report(failed, count) {
  if (!failed.length) return void tell("good", t("supervisor.done", { count }));
  const reasons = new Set(failed.map(({ problem }) => tOr(`problem.${problem?.code}`, problem?.title ?? "")));
  tell("bad", t("supervisor.notDone", { failed: failed.length, all: count, reasons: [...reasons].join(" ") }));
}

/** @param {string} id */
async function readAgain(id) {
  const { body, etag } = await api("GET", `conversations/${id}`);
  learnConversation(body, etag);
}

/**
 * Why this queue, why this agent, why it waits.
 * @param {string} id
 */
export const explainConversation = async (id) => (await api("GET", `conversations/${id}/explain`)).body;
