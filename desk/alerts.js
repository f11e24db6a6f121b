// Calls a person: by sound, by a notification, by the title and the icon of the page.

import { hasFocus, isVisible, setTitle } from "./edge/browser.js";
import { ifFree } from "./edge/locks.js";
import { notify } from "./edge/notifications.js";
import { chime, unlockSoundSoon } from "./edge/sound.js";
import { every, pause } from "./edge/time.js";
import { t } from "./i18n.js";
import { onShift } from "./actions/me.js";
import { news } from "./live.js";
import { alertOf, HEARD, isUnseen, PERSONAL } from "./model/alerts.js";
import { shownName } from "./model/names.js";
import { belongs, offersTo } from "./model/rows.js";
import { sounds } from "./preferences.js";
import { go, place } from "./router.js";
import { me, rows } from "./state.js";
import { effect, untracked } from "./vendor/signals.js";

/** @typedef {import("./model/alerts.js").Alert} Alert */

const QUIET_MS = 10_000;
const AGAIN_MS = 20_000;

/** The conversations for which the person was called and which the person has not looked at since. @type {Set<string>} */
const unseen = new Set();

export function startAlerts() {
  unlockSoundSoon();
  effect(() => {
    const told = news.value;
    if (told) untracked(() => hear(told));
  });
  effect(showTitle);
  every(AGAIN_MS, () => {
    const agent = me.value?.agentId ?? "";
    for (const id of unseen) if (hasFocus() || !isUnseen(rows.value.get(id), agent)) unseen.delete(id);
    if (unseen.size > 0 || offersOfMine() > 0) void sound("down");
  });
}

/** @param {NonNullable<typeof news.value>} told */
function hear({ rows: changed, before }) {
  const agent = me.value?.agentId ?? "";
  for (const row of changed) {
    const alert = alertOf(row, before.get(row.conversationId), agent);
    if (alert && !isLookedAt(row.conversationId)) call(row, alert);
  }
}

/** @param {import("./state.js").Row} row @param {Alert} alert */
function call(row, alert) {
  if (!onShift.value || !HEARD[sounds.value].includes(alert)) return;
  void sound("up");
  if (!PERSONAL.includes(alert)) return;
  unseen.add(row.conversationId);
  const id = row.conversationId;
  if (!isVisible()) notify(t(`alert.${alert}`, { name: shownName(row.contact) }), id, () => go({ view: "conversation", id, info: false }));
}

/** @param {string} id */
const isLookedAt = (id) => hasFocus() && place.value.view === "conversation" && place.value.id === id;

/** One tab sounds, and not again for a while. @param {"up" | "down"} way */
async function sound(way) {
  if (!onShift.value || sounds.value === "none") return;
  await ifFree(`desk-sound:${me.value?.agentId}`, () => (chime(way), pause(QUIET_MS)));
}

const offersOfMine = () => offersTo(rows.value, me.value?.agentId ?? "").length;

/** "(2) Ana Diaz · Desk": how many wait for this person, and what is open. */
function showTitle() {
  const mine = [...rows.value.values()].filter((row) => belongs(row, { view: "mine" }, me.value?.agentId ?? ""));
  const count = mine.filter((row) => row.waitingSince).length + offersOfMine();
  const icon = mine.some((row) => row.failed > 0) ? "failed" : count > 0 ? "new" : "idle";
  setTitle([count ? `(${count}) ` : "", titleOfPlace(), " · ", t("desk.name")].join(""), icon);
}

function titleOfPlace() {
  const { value: where } = place;
  if (where.view === "queue") return where.queue;
  if (where.view === "conversation") return shownName(rows.value.get(where.id)?.contact) || t("list.name");
  return t(where.view === "new" ? "new.title" : where.view === "contact" ? "contact.title" : `views.${where.view}`);
}
