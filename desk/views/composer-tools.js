// What goes out beside words that one types: a file, a template, a quick reply. On a phone they stand behind "+".

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { t } from "../i18n.js";
import { run } from "../keys.js";
import { keyFor } from "../model/key-map.js";
import { ACCEPTED } from "../model/files.js";
import { Button } from "../parts/button.js";
import { attachFiles } from "./attach.js";
import { FileButton } from "./file-button.js";

/** Refusals of words that a template does not meet with. */
const TEMPLATE_HELPS = ["window_closed", "too_many_held"];

/**
 * @param {object} props
 * @param {import("../state.js").Conversation} props.conversation
 * @param {string | null} props.refusal why words can't be sent
 * @param {() => void} props.onQuick
 * @param {() => void} props.onTemplates
 */
export function ComposerTools({ conversation, refusal, onQuick, onTemplates }) {
  const [open, setOpen] = useState(false);
  const { conversationId: id, allowed } = conversation;
  return h(
    "div",
    { class: "composer-tools", "data-open": open ? "" : undefined },
    h(Button, { label: t("composer.more"), icon: "plus", iconOnly: true, class: "composer-more", rest: { "aria-expanded": open }, onClick: () => setOpen(!open) }),
    allowed.includes("upload") && h(FileButton, { label: t("action.attach"), several: true, accept: ACCEPTED, onFiles: (files) => (attachFiles(id, files), run("reply")) }),
    h(Button, {
      label: t("action.templates"), icon: "layout-template", shortcut: keyFor("template"), onClick: onTemplates,
      disabled: refusal !== null && !TEMPLATE_HELPS.includes(refusal),
    }),
    h(Button, { label: t("action.quickReplies"), icon: "zap", shortcut: "/", onClick: onQuick }),
  );
}
