// The templates of a channel.

import { allPages } from "../api.js";

/** @typedef {import("../types/api").components["schemas"]["TemplateItemView"]} Template */

/**
 * @param {string | null} channel name or id; null: the configuration's first
 * @returns {Promise<{items: Template[], listedAt: string | null}>}
 */
export async function loadTemplates(channel) {
  const { items, last } = await allPages("templates", { channel });
  return { items, listedAt: last.listedAt };
}
