// A conversation that is over: nothing can be said in it, and a new one begins with a template.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { attempt } from "../actions/notices.js";
import { newId } from "../edge/browser.js";
import { startConversation } from "../actions/starts.js";
import { t } from "../i18n.js";
import { Button } from "../parts/button.js";
import { go } from "../router.js";
import { TemplateDialog } from "./template-dialog.js";

/** @param {{conversation: import("../state.js").Conversation}} props */
export function ClosedBar({ conversation }) {
  const { channel, contact } = conversation;
  const [choosing, setChoosing] = useState(false);
  const [key] = useState(newId); // an answer that was lost is no reason to send the template twice
  const to = contact.phone ? { phone: contact.phone } : contact.bsuid ? { bsuid: contact.bsuid } : null;
  const start = async (/** @type {Record<string, any>} */ reply) => {
    setChoosing(false);
    if (!to) return;
    const id = await attempt(() => startConversation({ channel: channel.id, to, reply }, key));
    if (id) go({ view: "conversation", id, info: false });
  };
  return h(
    "div",
    { class: "closed-bar" },
    h("p", { class: "quiet" }, t("closed.what")),
    to && channel.name && h(Button, { label: t("closed.startAgain"), icon: "layout-template", onClick: () => setChoosing(true) }),
    choosing &&
      h(TemplateDialog, { channel: channel.id, language: contact.language, conversation: null, onBack: () => setChoosing(false), onSend: start }),
  );
}
