// The keys, and what each does.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { t } from "../i18n.js";
import { available, useCommands } from "../keys.js";
import { KEYS } from "../model/key-map.js";
import { PLAIN_LISTS } from "../model/routes.js";
import { Dialog } from "../parts/dialog.js";
import { singleKeys } from "../preferences.js";
import { queues } from "../state.js";

export function KeysHelp() {
  const [open, setOpen] = useState(false);
  useCommands({ help: () => setOpen(true) });
  if (!open) return null;
  const shown = KEYS.filter(({ command }) => !command.startsWith("view") || viewName(command));
  return h(Dialog, { title: t("keys.title"), onBack: () => setOpen(false), size: "wide" },
    !singleKeys.value && h("p", { class: "quiet" }, t("keys.off")),
    h("dl", { class: "keys" },
      shown.map(({ command, shown: key }) => h("div", { key: command, class: available.value.has(command) ? "" : "quiet" }, h("dt", null, h("kbd", null, key)), h("dd", null, command.startsWith("view") ? viewName(command) : t(`command.${command}`)))),
      h("div", null, h("dt", null, h("kbd", null, "Enter")), h("dd", null, t("command.open"))),
      h("div", null, h("dt", null, h("kbd", null, "Ctrl+Enter")), h("dd", null, t("command.send"))),
      h("div", null, h("dt", null, h("kbd", null, "/")), h("dd", null, t("command.quickReply")))));
}

/** The list that a number opens. @param {string} command `view3` @returns {string} empty: there is none */
export function viewName(command) {
  const at = Number(command.slice("view".length)) - 1;
  const list = PLAIN_LISTS[at];
  return list ? t(`views.${list}`) : (queues.value[at - PLAIN_LISTS.length]?.name ?? "");
}
