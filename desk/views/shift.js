// Start and end of work, and presence between them.

import { h } from "../vendor/preact.js";
import { endShift, onShift, setPresence, startShift } from "../actions/me.js";
import { attempt } from "../actions/notices.js";
import { askToNotify } from "../edge/notifications.js";
import { chime, unlockSound } from "../edge/sound.js";
import { t } from "../i18n.js";
import { keyFor } from "../model/key-map.js";
import { PRESENCES } from "../model/team.js";
import { Button } from "../parts/button.js";
import { Menu } from "../parts/menu.js";
import { me } from "../state.js";

/** @typedef {import("../types/shapes").Presence} Presence */

export function Shift() {
  const presence = me.value?.presence ?? "offline";
  if (!onShift.value) return h("div", { class: "shift" }, h(Button, { label: t("shift.start"), icon: "play", tone: "primary", onClick: begin }));
  return h(
    "div",
    { class: "shift" },
    h(Menu, {
      class: `presence ${presence}`, label: t("shift.presence", { presence: t(`presence.${presence}`) }), icon: "user-round",
      items: PRESENCES.map((value) => ({ value, label: t(`presence.${value}`) })), value: presence,
      onPick: (value) => void attempt(() => setPresence(/** @type {Presence} */ (value))), command: "presence", shortcut: keyFor("presence"),
    }),
    h(Button, { label: t("shift.end"), icon: "log-out", onClick: () => attempt(endShift) }),
  );
}

/** The click that begins the shift also lets the browser sound, and is where it may be asked for notifications. */
function begin() {
  unlockSound();
  void askToNotify();
  void attempt(startShift).then(() => onShift.value && chime("up"));
}
