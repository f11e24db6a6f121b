// Everything that can be done now, found by typing.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { later } from "../edge/time.js";
import { known, t } from "../i18n.js";
import { available, run, useCommands } from "../keys.js";
import { keyFor } from "../model/key-map.js";
import { Combobox } from "../parts/combobox.js";
import { Dialog } from "../parts/dialog.js";
import { viewName } from "./keys-help.js";

const NOT_LISTED = ["commands", "next", "previous", "back"];

export function Commands() {
  const [open, setOpen] = useState(false);
  useCommands({ commands: () => setOpen(true) });
  if (!open) return null;
  const leave = () => setOpen(false);
  // the dialog gives the focus back first, and the command may then put it elsewhere
  const give = (/** @type {string} */ command) => (leave(), void later(0, () => run(command)));
  const names = [...available.value].filter((name) => !NOT_LISTED.includes(name) && (known(`command.${name}`) || name.startsWith("view")));
  return h(Dialog, { title: t("commands.title"), onBack: leave },
    h(Combobox, {
      label: t("commands.which"), autoFocus: true, alwaysOpen: true, value: null, onPick: give, placeholder: t("commands.hint"),
      options: names.map((name) => ({ value: name, label: nameOf(name), ...(keyFor(name) ? { hint: keyFor(name) } : {}) })),
    }));
}

/** @param {string} command */
const nameOf = (command) => (command.startsWith("view") ? t("command.view", { view: viewName(command) }) : t(`command.${command}`));
