// Where a reply or a note is written. Each conversation has a composer of its own.

import { h } from "../vendor/preact.js";
import { chooseMode, modeOf } from "../composing.js";
import { t } from "../i18n.js";
import { shownName } from "../model/names.js";
import { ComposerEditor } from "./composer-editor.js";
import { ComposerTabs } from "./composer-tabs.js";

/** @typedef {import("../state.js").Conversation} Conversation */

/** @param {{thread: import("../state.js").Thread}} props */
export function Composer({ thread }) {
  const { conversation } = thread;
  if (!conversation) return null;
  const { conversationId: id } = conversation;
  const mode = modeOf(id);
  return h(
    "section",
    { class: `composer ${mode}`, "aria-label": t("composer.name") },
    h(ComposerTabs, { mode, onChoose: (one) => chooseMode(id, one) }),
    h(ComposerEditor, { key: mode, thread, conversation, mode, name: shownName(conversation.contact) }),
  );
}
