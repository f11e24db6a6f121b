// Where a reply or a note is written. Each conversation has a composer of its own.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { sendTemplate } from "../actions/send.js";
import { chooseMode, focusAsked, modeOf } from "../composing.js";
import { draftOf } from "../drafts.js";
import { t } from "../i18n.js";
import { useCommands } from "../keys.js";
import { shownName } from "../model/names.js";
import { ClosedBar } from "./closed-bar.js";
import { ComposerEditor } from "./composer-editor.js";
import { ComposerTabs, PANEL } from "./composer-tabs.js";
import { HeldDrafts } from "./held-drafts.js";
import { TemplateDialog } from "./template-dialog.js";

/** @typedef {import("../state.js").Conversation} Conversation */

/** @param {{thread: import("../state.js").Thread, conversation: Conversation}} props */
export function Composer({ thread, conversation }) {
  const { conversationId: id, status, allowed, contact, channel } = conversation;
  const [choosing, setChoosing] = useState(false);
  const name = shownName(contact);
  const closed = status === "closed";
  const tabs = allowed.includes("note");
  const mode = closed && !tabs ? "reply" : modeOf(id);
  const write = (/** @type {import("../composing.js").Mode} */ one) => {
    focusAsked.value = true;
    chooseMode(id, one);
  };
  useCommands({
    reply: () => write("reply"),
    ...(tabs ? { note: () => write("note") } : {}),
    ...(closed ? {} : { template: () => setChoosing(true) }),
  });
  return h(
    "section",
    { class: "composer", "data-mode": mode, "aria-label": t("composer.name") },
    !closed && h(HeldDrafts, { conversation, name }),
    tabs && h(ComposerTabs, { mode, onChoose: (one) => chooseMode(id, one), onWrite: write }),
    h(
      "div",
      { id: PANEL, class: "composer-panel", ...(tabs ? { role: "tabpanel", "aria-label": t(`composer.tab.${mode}`) } : {}) },
      closed && mode === "reply"
        ? h(ClosedBar, { conversation })
        : h(ComposerEditor, { key: mode, thread, conversation, mode, name, onTemplates: () => setChoosing(true) }),
    ),
    choosing &&
      h(TemplateDialog, {
        channel: channel.id, language: contact.language, conversation: allowed.includes("upload") ? id : null, begun: begun(id),
        onBack: () => setChoosing(false),
        onSend: (body) => (setChoosing(false), sendTemplate({ conversation: id, name }, body)),
      }),
  );
}

/** @param {string} id @returns {Record<string, any> | null} a template that was taken back */
function begun(id) {
  const draft = draftOf(id, "template");
  return draft && JSON.parse(draft.text);
}
