// The end of a conversation: why, its tags, and a last note.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { closeSoon, endingBegun } from "../actions/closing.js";
import { language, t } from "../i18n.js";
import { shownName } from "../model/names.js";
import { Dialog } from "../parts/dialog.js";
import { Select } from "../parts/select.js";
import { Tags } from "../parts/tags.js";

const NO_REASON = "";

/** @param {{conversation: import("../types/shapes").Conversation, onDone: () => void}} props */
export function CloseDialog({ conversation: { conversationId: id, contact, tags, ending }, onDone }) {
  const [said, setSaid] = useState(endingBegun(id) ?? { code: null, tags: [...tags], note: "" });
  const codes = Object.entries(ending?.codes ?? {});
  const close = () => {
    closeSoon(id, shownName(contact), said);
    onDone();
  };
  return h(
    Dialog,
    { title: t("action.close"), confirm: t("close.confirm"), confirmDisabled: ending?.required === true && !said.code, onBack: onDone, onConfirm: close },
    codes.length > 0 && h(Select, {
      label: t("close.reason"), value: said.code ?? NO_REASON, onPick: (code) => setSaid({ ...said, code: code || null }),
      options: [
        { value: NO_REASON, label: t(ending?.required ? "close.reasonNeeded" : "close.noReason"), disabled: ending?.required === true },
        ...codes.map(([code, names]) => ({ value: code, label: names[language.value] ?? Object.values(names)[0] ?? code })),
      ],
    }),
    h(Tags, { known: ending?.tags ?? [], chosen: said.tags, onChange: (/** @type {string[]} */ chosen) => setSaid({ ...said, tags: chosen }) }),
    h("label", null, t("close.note"), h("textarea", {
      rows: 2, dir: "auto", value: said.note, onInput: (/** @type {any} */ event) => setSaid({ ...said, note: event.target.value }),
    })),
  );
}
