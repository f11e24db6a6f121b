// Colleagues by their names.

import { agents, me } from "./state.js";

/** @param {string | null | undefined} id of an agent */
export const agentName = (id) => agents.value.find((agent) => agent.agentId === id)?.name ?? id ?? "";

/** @param {string | null | undefined} id of an agent */
export const isMe = (id) => Boolean(id) && id === me.value?.agentId;
