// Start and end of work, and presence between them.

import { h } from "../vendor/preact.js";
import { endShift, onShift, setPresence, startShift } from "../actions/me.js";
import { attempt } from "../actions/notices.js";
import { t } from "../i18n.js";
import { Button } from "../parts/button.js";
import { me } from "../state.js";

export function Shift() {
  const presence = me.value?.presence ?? "offline";
  if (!onShift.value) return h(Button, { label: t("shift.start"), icon: "play", tone: "primary", onClick: () => attempt(startShift) });
  return h(
    "div",
    { class: "shift" },
    h(Button, { label: t("shift.presence", { presence: t(`presence.${presence}`) }), onClick: () => attempt(() => setPresence(presence === "available" ? "away" : "available")) }),
    h(Button, { label: t("shift.end"), icon: "log-out", onClick: () => attempt(endShift) }),
  );
}
