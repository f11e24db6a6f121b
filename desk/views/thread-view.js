// The messages of a conversation.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { keyOf } from "../model/messages.js";

/** @param {{thread: import("../state.js").Thread}} props */
export const ThreadView = ({ thread }) =>
  h(
    "div",
    { role: "log", "aria-label": t("thread.name"), class: "thread", tabIndex: 0 },
    thread.lines.map((line) => h("article", { key: keyOf(line), class: `message ${line.direction}` }, h("p", { dir: "auto" }, line.text))),
  );
