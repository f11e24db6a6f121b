// The rail: who I am, every view with how many wait in it, and the pages of my role. On a phone, a bar with sheets.

import { h } from "../vendor/preact.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { look } from "../actions/find.js";
import { t } from "../i18n.js";
import { run, useCommands } from "../keys.js";
import { parts } from "../model/durations.js";
import { keyFor } from "../model/key-map.js";
import { hashOf, PLAIN_LISTS, ROLES } from "../model/routes.js";
import { belongs } from "../model/rows.js";
import { Button } from "../parts/button.js";
import { durationWords } from "../parts/duration.js";
import { Icon } from "../parts/icon.js";
import { go, listPlace, place } from "../router.js";
import { me, queues, rows } from "../state.js";
import { Profile } from "./profile.js";
import { Shift } from "./shift.js";

/** @typedef {import("../model/routes.js").Place} Place */
/** @typedef {"queues" | "alerts" | "me"} Sheet */
/** @typedef {{where: Place, icon: string, label: string, count?: number, oldest?: number | null, sheet?: Sheet}} View */

const SHEETS = /** @type {const} */ ([["queues", "users"], ["alerts", "bell"], ["me", "user-round"]]);
const PAGES = /** @type {const} */ ([
  ["supervisor", "users", "Supervisor"], ["reports", "chart-column", "Supervisor"], ["templates", "file-text", "Agent"], ["quarantine", "shield-alert", "Admin"],
]);
const LOOKS = /** @type {Record<typeof PLAIN_LISTS[number], {icon: string, sheet?: Sheet}>} */ ({
  mine: { icon: "inbox" },
  unanswered: { icon: "clock", sheet: "alerts" },
  held: { icon: "hourglass", sheet: "alerts" },
  failed: { icon: "triangle-alert", sheet: "alerts" },
  closed: { icon: "archive", sheet: "queues" },
});
const OLDEST_SHOWN_S = 60;

export function Rail() {
  const [sheet, setSheet] = useState(/** @type {Sheet | null} */ (null));
  useEffect(() => setSheet(null), [hashOf(place.value)]);
  const views = lists();
  useCommands(Object.fromEntries(views.slice(0, 9).map((view, at) => [`view${at + 1}`, () => (look(""), go(view.where))])));
  return h(
    "div",
    { class: "rail", "data-sheet": sheet },
    h(Shift, null),
    h("nav", { "aria-label": t("views.name") },
      h("ul", null, views.map((view) => h(ViewLink, { key: hashOf(view.where), ...view })))),
    h("nav", { class: "in-me", "aria-label": t("pages.name") },
      h("ul", null, pages().map((view) => h(ViewLink, { key: hashOf(view.where), ...view })))),
    h("div", { class: "rail-foot in-me" },
      h(Button, { label: t("commands.title"), icon: "list", iconOnly: true, shortcut: keyFor("commands"), onClick: () => run("commands") }),
      h(Button, { label: t("keys.title"), icon: "circle-help", iconOnly: true, shortcut: keyFor("help"), onClick: () => run("help") }),
      h(Profile, null)),
    h("div", { class: "rail-sheets" }, SHEETS.map(([name, icon]) => h(Button, {
      key: name, label: t(`rail.${name}`), icon, onClick: () => setSheet(sheet === name ? null : name), rest: { "aria-expanded": sheet === name },
    }))),
  );
}

/** @returns {View[]} the lists, in the order of their keys */
const lists = () => [
  ...PLAIN_LISTS.map((view) => ({
    where: { view }, label: t(`views.${view}`), count: view === "closed" ? 0 : countOf({ view }), ...LOOKS[view],
  })),
  ...queues.value.map((queue) => /** @type {View} */ ({
    where: { view: "queue", queue: queue.name }, icon: "users", label: queue.name, count: queue.length, oldest: queue.oldestWaitSeconds, sheet: "queues",
  })),
];

/** @returns {View[]} */
const pages = () =>
  PAGES.filter(([, , role]) => ROLES.indexOf(role) <= ROLES.indexOf(me.value?.role ?? "Agent"))
    .map(([view, icon]) => ({ where: { view }, icon, label: t(`views.${view}`) }));

/** @param {View} props */
function ViewLink({ where, icon, label, count = 0, oldest, sheet }) {
  const address = hashOf(where);
  const current = address === hashOf(place.value) || (place.value.view === "conversation" && address === hashOf(listPlace.value));
  return h("li", { class: sheet ? `in-${sheet}` : "" }, h(
    "a",
    { href: address, onClick: () => look(""), "aria-label": label, "aria-current": current ? "page" : undefined, title: oldest ? t("rail.oldest", { time: durationWords(oldest) }) : undefined },
    h(Icon, { name: icon, size: 20 }),
    h("span", { class: "view-name" }, label),
    h("span", { class: `count ${where.view === "failed" ? "bad" : ""}`, "aria-hidden": "true" }, count > 0 && count, oldestWait(oldest)),
  ));
}

/** In its largest unit. @param {number | null | undefined} oldest seconds */
function oldestWait(oldest) {
  if (!oldest || oldest < OLDEST_SHOWN_S) return null;
  const { unit, value } = parts(oldest);
  return ` · ${t(`duration.${unit}`, { value })}`;
}

/** @param {Place} where */
function countOf(where) {
  const agent = me.value?.agentId ?? "";
  return [...rows.value.values()].filter((row) => belongs(row, where, agent)).length;
}
