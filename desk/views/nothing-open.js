// No conversation is open: how work begins, what a supervisor has to do first, or who waits longest.

import { h } from "../vendor/preact.js";
import { onShift } from "../actions/me.js";
import { t } from "../i18n.js";
import { Icon } from "../parts/icon.js";
import { me } from "../state.js";
import { NextUp } from "./next-up.js";

export function NothingOpen() {
  const { value: who } = me;
  const lacks = !who?.record ? "record" : who.record.queues.length === 0 && who.role === "Agent" ? "queues" : null;
  return h(
    "div",
    { class: "nothing-open" },
    h("h2", null, onShift.value ? t("nothing.title") : t("nothing.hello", { name: who?.record?.name ?? who?.agentId ?? "" })),
    lacks && who?.role === "Agent" && h("p", { class: "problem", role: "status" }, t(`nothing.no_${lacks}`, { id: who.agentId })),
    (who?.record?.queues.length ?? 0) > 0 && h("p", { class: "quiet" }, t("nothing.queues", { queues: who?.record?.queues.join(", ") ?? "" })),
    onShift.value ? h(NextUp, null) : h(Beginning, null),
  );
}

/** What "Start shift" does. */
const Beginning = () =>
  h("ul", { class: "beginning" },
    [["user-round", "available"], ["play", "sound"], ["bell", "notifications"]].map(([icon = "", what]) =>
      h("li", { key: what }, h(Icon, { name: icon, size: 20 }), t(`shift.${what}`))));
