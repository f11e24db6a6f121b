// What could not be understood, and waits for a person.

import { api, query } from "../api.js";
import { newId } from "../edge/browser.js";

/** @typedef {{id: string, at: string, source: "event" | "message" | "dead_letter", reasons: string[], body: string, replayed: boolean, replayedAt: string | null}} Quarantined */

/** @param {string | null} cursor @returns {Promise<{items: Quarantined[], nextCursor: string | null}>} */
export const loadQuarantine = async (cursor) => (await api("GET", `quarantine${query({ cursor })}`)).body;

/** @param {string} id */
export const replay = (id) => api("POST", `quarantine/${encodeURIComponent(id)}/replay`, { key: newId() });

/** @param {string} id */
export const discard = (id) => api("DELETE", `quarantine/${encodeURIComponent(id)}`);
