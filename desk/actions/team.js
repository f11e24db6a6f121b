// Agents and queues as supervisors see and change them.

import { allPages, api } from "../api.js";
import { newId } from "../edge/browser.js";
import { agents, queues } from "../state.js";

/** @typedef {import("../types/shapes").Agent} Agent */
/** @typedef {import("../types/shapes").Presence} Presence */

/** Loads every agent that the person may see. */
export async function loadAgents() {
  agents.value = (await allPages("agents")).items;
  return agents.value;
}

export async function loadQueues() {
  queues.value = (await allPages("queues")).items;
  return queues.value;
}

/** @param {string} id @returns {Promise<{agent: Agent, etag: string | null}>} */
export async function readAgent(id) {
  const { body, etag } = await api("GET", `agents/${encodeURIComponent(id)}`);
  return { agent: body, etag };
}

/**
 * @param {string} id
 * @param {{name: string, queues: string[], capacity: number, skills: {name: string, level: number}[], active: boolean}} record
 * @param {string | null} etag of the record that the person saw
 */
export async function saveAgent(id, record, etag) {
  await api("PUT", `agents/${encodeURIComponent(id)}`, { json: record, etag });
  await loadAgents();
}

/** @param {string} id @param {Presence} presence */
export async function setPresenceOf(id, presence) {
  await api("PUT", `agents/${encodeURIComponent(id)}/presence`, { json: { presence } });
  await loadAgents();
}

/** @param {string} id @returns {Promise<number>} how many conversations went back into their queues */
export async function releaseAll(id) {
  const { body } = await api("POST", `agents/${encodeURIComponent(id)}/release-all`, { key: newId() });
  await loadAgents();
  return body.conversations;
}

/** @param {string} queue @param {string | null} until RFC 3339; null opens it again @param {string | null} reason */
export async function closeUntil(queue, until, reason) {
  await api("PUT", `queues/${encodeURIComponent(queue)}/closed-until`, { json: { until, reason } });
  await loadQueues();
}
