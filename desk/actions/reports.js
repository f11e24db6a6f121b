// Reports of closed conversations.

import { api, query } from "../api.js";

/** @typedef {import("../types/api").components["schemas"]} Schemas */
/** @typedef {"day" | "queue" | "agent" | "channel"} By */
/** @typedef {{from: string, to: string, by: By | "conversation", timezone: string}} Span */
/** @typedef {Schemas["DayFigures"] & {queue?: string, agent?: string | null, channel?: string}} Figures one line of a report */

/** @param {Span} span @returns {Promise<Figures[]>} */
export const loadReport = async (span) => (await api("GET", `reports${query(span)}`)).body.items;

/** @param {Span} span @returns {Promise<Blob>} */
export const loadReportFile = async (span) =>
  (await api("GET", `reports${query({ ...span, format: "csv" })}`, { as: "blob" })).body;
