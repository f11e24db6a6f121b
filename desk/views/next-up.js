// Who has waited longest: offered, never opened by itself.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { longestWaiting } from "../model/next.js";
import { keyFor } from "../model/key-map.js";
import { shownName } from "../model/names.js";
import { Button } from "../parts/button.js";
import { ageWords } from "../parts/when.js";
import { closings } from "../actions/closing.js";
import { go, place } from "../router.js";
import { me, rows } from "../state.js";

const next = () => {
  const open = place.value.view === "conversation" ? place.value.id : null;
  return longestWaiting([...rows.value.values()].filter((row) => !closings.value.has(row.conversationId)), me.value?.agentId ?? "", open);
};

/** Opens the conversation that has waited longest. */
export function openNext() {
  const row = next();
  if (row) go({ view: "conversation", id: row.conversationId, info: false });
}

export function NextUp() {
  const row = next();
  return row && h("p", { class: "next-up" },
    t("next.waits", { name: shownName(row.contact), time: ageWords(row.waitingSince ?? "") }), " ",
    h(Button, { label: t("next.open"), onClick: openNext, shortcut: keyFor("oldest") }));
}
