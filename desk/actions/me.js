// Who sits here: presence and shift.

import { allPages, api } from "../api.js";
import { me, queues } from "../state.js";
import { signal } from "../vendor/signals.js";

/** @typedef {import("../types/shapes").Presence} Presence */

/** The person is at work: the poll says so to the server. */
export const onShift = signal(false);

/** Learns who the API takes this person for, and the queues that the person sees. */
export async function loadMe() {
  const [who, seen] = await Promise.all([api("GET", "agents/me"), allPages("queues")]);
  me.value = who.body;
  queues.value = seen.items;
  onShift.value = who.body.presence !== "offline";
}

/** @param {Presence} presence */
export async function setPresence(presence) {
  await api("PUT", "agents/me/presence", { json: { presence } });
  onShift.value = presence !== "offline";
  me.value = (await api("GET", "agents/me")).body;
}

export const startShift = () => setPresence("available");
export const endShift = () => setPresence("offline");
