// Asked once before a reply goes to a customer that has a blank in it, or words for a colleague.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { Dialog } from "../parts/dialog.js";

/** @param {{blanks: readonly string[], name: string, onSend: () => void, onBack: () => void}} props */
export const BlanksDialog = ({ blanks, name, onSend, onBack }) =>
  h(
    Dialog,
    { title: t("blanks.title"), onBack, confirm: t("blanks.confirm"), onConfirm: onSend },
    h("p", null, t("blanks.what", { name })),
    h("ul", { class: "blanks" }, blanks.map((blank) => h("li", { key: blank, dir: "auto" }, blank))),
  );
