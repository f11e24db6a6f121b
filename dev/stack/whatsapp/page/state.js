// What the page shows: the phones as the server last told them, and which one is open on which channel.

import { keyOf } from "./words.js";

export const state = { channels: [], phones: [], messages: [], key: "", channel: "" };

/** The phone that is open. */
export const current = () => state.phones.find((phone) => keyOf(phone) === state.key);

/** The phones, those that nobody used yet first, then those with the newest message. */
export function inOrder() {
  const newest = (phone) => (phone.last ? Date.parse(phone.last.at) - phone.ahead * 1000 : Number.MAX_VALUE);
  return [...state.phones].sort((one, other) => newest(other) - newest(one));
}
