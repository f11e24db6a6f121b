// Where a reply or a note is written.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { t } from "../i18n.js";
import { post } from "../outbox.js";
import { Button } from "../parts/button.js";

/** @param {{thread: import("../state.js").Thread}} props */
export function Composer({ thread }) {
  const [text, setText] = useState("");
  const name = thread.conversation?.contact.name ?? thread.conversation?.contact.phone ?? "";
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    post({ conversationId: thread.id, contactName: name, kind: "reply", body: { kind: "text", text } });
    setText("");
  };
  return h(
    "form",
    { class: "composer", onSubmit: submit },
    h("textarea", {
      "aria-label": t("composer.reply", { name }), value: text, rows: 3, dir: "auto",
      onInput: (/** @type {any} */ event) => setText(event.target.value),
    }),
    h(Button, { label: t("send.message", { name }), tone: "primary", type: "submit", disabled: !text.trim() }),
  );
}
