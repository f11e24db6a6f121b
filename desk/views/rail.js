// The rail: who I am, and every view with how many wait in it.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { hashOf } from "../model/routes.js";
import { belongs } from "../model/rows.js";
import { Icon } from "../parts/icon.js";
import { listPlace, place } from "../router.js";
import { me, queues, rows } from "../state.js";
import { Shift } from "./shift.js";

/** @typedef {import("../model/routes.js").Place} Place */

const LISTS = /** @type {const} */ ([
  ["mine", "inbox"],
  ["unanswered", "clock"],
  ["held", "hourglass"],
  ["failed", "triangle-alert"],
  ["closed", "archive"],
]);

export function Rail() {
  return h(
    "div",
    { class: "rail" },
    h(Shift, null),
    h(
      "nav",
      { "aria-label": t("views.name") },
      h("ul", null,
        LISTS.map(([view, icon]) => h(View, { key: view, where: { view }, icon, label: t(`views.${view}`), count: countOf({ view }) })),
        queues.value.map((queue) => h(View, {
          key: `queue:${queue.name}`, where: { view: "queue", queue: queue.name }, icon: "users", label: queue.name, count: queue.length,
        })),
      ),
    ),
  );
}

/** @param {{where: Place, icon: string, label: string, count: number}} props */
function View({ where, icon, label, count }) {
  const address = hashOf(where);
  const current = address === hashOf(place.value) || (place.value.view === "conversation" && address === hashOf(listPlace.value));
  return h("li", null, h(
    "a",
    { href: address, "aria-label": label, "aria-current": current ? "page" : undefined },
    h(Icon, { name: icon, size: 20 }),
    h("span", { class: "view-name" }, label),
    count > 0 && h("span", { class: "count", "aria-hidden": "true" }, count),
  ));
}

/** @param {Place} where */
function countOf(where) {
  if (where.view === "closed") return 0;
  const agent = me.value?.agentId ?? "";
  return [...rows.value.values()].filter((row) => belongs(row, where, agent)).length;
}
