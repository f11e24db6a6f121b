// Reply or note: two tabs, so far apart in looks that nobody takes one for the other.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { Icon } from "../parts/icon.js";

/** @typedef {import("../composing.js").Mode} Mode */

const TABS = /** @type {const} */ ([
  ["reply", "message-circle"],
  ["note", "sticky-note"],
]);

/** The panel that the tabs are about. */
export const PANEL = "composer-panel";

/**
 * @param {object} props
 * @param {Mode} props.mode
 * @param {(mode: Mode) => void} props.onChoose by the arrow keys, which stay on the tabs
 * @param {(mode: Mode) => void} props.onWrite by a click, after which one writes
 */
export function ComposerTabs({ mode, onChoose, onWrite }) {
  const onKeyDown = (/** @type {any} */ event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    onChoose(mode === "reply" ? "note" : "reply");
    event.currentTarget.querySelector("[aria-selected=false]")?.focus();
  };
  return h(
    "div",
    { role: "tablist", class: "composer-tabs", "aria-label": t("composer.tabs"), onKeyDown },
    TABS.map(([one, icon]) =>
      h(
        "button",
        {
          key: one, type: "button", role: "tab", class: "composer-tab", tabIndex: one === mode ? 0 : -1,
          "aria-selected": one === mode ? "true" : "false", "aria-controls": PANEL, onClick: () => onWrite(one),
        },
        h(Icon, { name: icon }), t(`composer.tab.${one}`),
      ),
    ),
  );
}
