// Colleagues by their names, and who wrote what.

import { t } from "./i18n.js";
import { plain } from "./model/names.js";
import { isFromCustomer } from "./model/thread-items.js";
import { agents, me } from "./state.js";

/** @param {string | null | undefined} id of an agent */
export const agentName = (id) => agents.value.find((agent) => agent.agentId === id)?.name ?? id ?? "";

/** @param {string | null | undefined} id of an agent */
export const isMe = (id) => Boolean(id) && id === me.value?.agentId;

/**
 * @param {import("./model/messages.js").Line} line
 * @param {string} name of the customer
 */
export function authorName(line, name) {
  const { type, id, name: own } = line.author;
  if (isFromCustomer(line)) return name;
  if (type === "automated") return t("message.automated");
  return isMe(id) ? t("message.you") : plain(own || id || t("message.team"));
}
