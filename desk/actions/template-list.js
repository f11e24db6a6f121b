// The templates of a channel.

import { api, query } from "../api.js";

/** @typedef {import("../types/api").components["schemas"]["TemplateItemView"]} Template */

/** @param {string | null} channel name or id; null: the configuration's first */
export async function loadTemplates(channel) {
  /** @type {Template[]} */
  const items = [];
  let cursor = null;
  /** @type {string | null} */
  let listedAt = null;
  do {
    /** @type {import("../api.js").Answer<any>} */
    const { body } = await api("GET", `templates${query({ channel, limit: 100, cursor })}`);
    items.push(...body.items);
    ({ nextCursor: cursor, listedAt } = body);
  } while (cursor);
  return { items, listedAt };
}
