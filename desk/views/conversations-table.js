// Conversations that nobody has answered, to be looked at and given out: one, or many at once.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { changeMany, report } from "../actions/supervise.js";
import { attempt } from "../actions/notices.js";
import { t, tOr } from "../i18n.js";
import { shownName } from "../model/names.js";
import { hashOf } from "../model/routes.js";
import { listOf } from "../model/rows.js";
import { Button } from "../parts/button.js";
import { sinceWords } from "../parts/duration.js";
import { agentName } from "../people.js";
import { rows } from "../state.js";
import { AssignDialog } from "./assign-dialog.js";
import { ExplainDialog } from "./explain-dialog.js";

/** @typedef {import("../types/shapes").Row} Row */

const MOST = 100;

export function ConversationsTable() {
  const [chosen, setChosen] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const [dialog, setDialog] = useState(/** @type {"assign" | "explain" | null} */ (null));
  const shown = listOf(rows.value, { view: "unanswered" }, "", "waiting").slice(0, MOST);
  const ids = shown.map((row) => row.conversationId).filter((id) => chosen.has(id));
  const [only] = ids;
  const choose = (/** @type {string[]} */ some, /** @type {boolean} */ on) => {
    const next = new Set(chosen);
    for (const id of some) on ? next.add(id) : next.delete(id);
    setChosen(next);
  };
  const release = async () => {
    report(await changeMany(ids, { action: "release" }), ids.length);
    setChosen(new Set());
  };
  if (!shown.length) return h("p", { class: "quiet" }, t("supervisor.nothingWaits"));
  return h(
    "div",
    { class: "table-scroll" },
    h("div", { class: "choices", role: "toolbar", "aria-label": t("supervisor.chosen", { count: ids.length }) },
      h("span", { role: "status" }, t("supervisor.chosen", { count: ids.length })),
      h(Button, { label: t("supervisor.assign"), disabled: !ids.length, onClick: () => setDialog("assign") }),
      h(Button, { label: t("supervisor.release"), disabled: !ids.length, onClick: () => attempt(release) }),
      h(Button, { label: t("supervisor.explain"), disabled: ids.length !== 1, reason: t("supervisor.explainOne"), onClick: () => setDialog("explain") })),
    h("table", { "aria-label": t("supervisor.conversations") },
      h("thead", null, h("tr", null,
        h("th", { scope: "col" }, h("input", {
          type: "checkbox", "aria-label": t("supervisor.chooseAll"), checked: ids.length === shown.length,
          onChange: (/** @type {any} */ event) => choose(shown.map((row) => row.conversationId), event.target.checked),
        })),
        ["customer", "queue", "agent", "waits", "why"].map((column) => h("th", { key: column, scope: "col" }, t(`supervisor.column.${column}`))))),
      h("tbody", null, shown.map((row) => h(ConversationLine, { key: row.conversationId, row, chosen: chosen.has(row.conversationId), onChoose: (on) => choose([row.conversationId], on) }))),
    ),
    dialog === "assign" && h(AssignDialog, { ids, onDone: () => (setDialog(null), setChosen(new Set())) }),
    dialog === "explain" && only && h(ExplainDialog, { id: only, onDone: () => setDialog(null) }),
  );
}

/** @param {{row: Row, chosen: boolean, onChoose: (on: boolean) => void}} props */
function ConversationLine({ row, chosen, onChoose }) {
  const name = shownName(row.contact) || row.contact.contactId;
  return h("tr", { "aria-selected": chosen },
    h("td", null, h("input", { type: "checkbox", checked: chosen, "aria-label": t("supervisor.choose", { name }), onChange: (/** @type {any} */ event) => onChoose(event.target.checked) })),
    h("th", { scope: "row" }, h("a", { href: hashOf({ view: "conversation", id: row.conversationId, info: false }) }, h("bdi", null, name))),
    h("td", null, row.queue),
    h("td", null, row.agent ? agentName(row.agent) : "–"),
    h("td", null, row.waitingSince ? sinceWords(row.waitingSince) : "–"),
    h("td", null, row.waitReason ? tOr(`waitReason.${row.waitReason}`, row.waitReason) : "–"),
  );
}
