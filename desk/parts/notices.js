// What the person is told at the edge of the screen.

import { h } from "../vendor/preact.js";
import { dismiss } from "../actions/notices.js";
import { t } from "../i18n.js";
import { notices } from "../state.js";
import { Button } from "./button.js";

export function Notices() {
  return h(
    "div",
    { class: "notices" },
    notices.value.map(({ id, tone, text, action }) =>
      h(
        "div",
        { key: id, class: `notice is-${tone}`, role: tone === "bad" ? "alert" : "status" },
        h("span", { dir: "auto" }, text),
        action && h(Button, { label: action.label, onClick: () => (action.act(), dismiss(id)) }),
        h(Button, { label: t("notice.dismiss"), icon: "x", iconOnly: true, onClick: () => dismiss(id) }),
      ),
    ),
  );
}
