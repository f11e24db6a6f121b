// The message that another one answers, in short; a click goes there.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { keyOf } from "../model/messages.js";
import { authorName } from "../people.js";
import { summary } from "./message-content.js";

/**
 * @param {object} props
 * @param {import("../model/messages.js").Line | undefined} props.quoted undefined: it is not loaded
 * @param {string} props.name of the customer
 * @param {(key: string) => void} props.onJump
 */
export function MessageQuote({ quoted, name, onJump }) {
  if (!quoted) return h("p", { class: "quote quiet" }, t("message.quoteUnknown"));
  return h(
    "button",
    { type: "button", class: "quote", onClick: () => onJump(keyOf(quoted)) },
    h("span", { class: "author" }, h("bdi", null, authorName(quoted, name))),
    h("span", { class: "quoted", dir: "auto" }, summary(quoted)),
  );
}
