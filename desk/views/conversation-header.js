// The header of an open conversation: whose it is, the window, and what can be done.

import { h } from "../vendor/preact.js";

/** @param {{thread: import("../state.js").Thread}} props */
export const ConversationHeader = ({ thread }) =>
  h("header", { class: "conversation-header" }, h("h1", null, h("bdi", null, nameOf(thread))));

/** @param {import("../state.js").Thread} thread */
const nameOf = ({ conversation }) => conversation?.contact.name ?? conversation?.contact.phone ?? "";
