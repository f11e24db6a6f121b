// What holds for the whole desk: no network, a clock that is wrong, a newer version.

import { h } from "../vendor/preact.js";
import { clockIsOff } from "../clock.js";
import { newerVersion } from "../actions/version.js";
import { reload } from "../edge/browser.js";
import { t } from "../i18n.js";
import { Button } from "../parts/button.js";
import { Icon } from "../parts/icon.js";
import { clockTime } from "../parts/when.js";
import { offlineSince } from "../state.js";

export const Banners = () =>
  h(
    "div",
    { class: "banners" },
    h("div", { role: "status", "aria-label": t("connection.name"), class: offlineSince.value === null ? "" : "banner warn" }, offline()),
    clockIsOff.value && h("div", { class: "banner warn", role: "status" }, h(Icon, { name: "clock" }), t("clock.off")),
    newerVersion.value && h("div", { class: "banner", role: "status" }, t("version.newer"), h(Button, { label: t("version.reload"), onClick: reload })),
  );

function offline() {
  if (offlineSince.value === null) return null;
  const time = clockTime(offlineSince.value);
  return [h(Icon, { key: "icon", name: "wifi-off" }), `${t("connection.offline", { time })}. ${t("connection.waits")}`];
}
