// Every agent: presence, load, the customer who has waited longest, and what a supervisor can do about it.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { attempt, tell } from "../actions/notices.js";
import { releaseAll, setPresenceOf } from "../actions/team.js";
import { formatNumber, t } from "../i18n.js";
import { inOrder, needsQueues, oldestUnanswered, PRESENCES } from "../model/team.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { sinceWords } from "../parts/duration.js";
import { agents, rows } from "../state.js";
import { AgentDialog } from "./agent-dialog.js";

/** @typedef {import("../types/shapes").Agent} Agent */

export function AgentsTable() {
  const [edited, setEdited] = useState(/** @type {string | null} */ (null));
  const [released, setReleased] = useState(/** @type {Agent | null} */ (null));
  const release = async (/** @type {Agent} */ agent) => {
    const count = await releaseAll(agent.agentId);
    setReleased(null);
    tell("good", t("agents.released", { count, name: agent.name }));
  };
  return h(
    "div",
    { class: "table-scroll" },
    h("table", { "aria-label": t("supervisor.agents") },
      h("thead", null, h("tr", null, ["name", "presence", "load", "conversations", "oldest", "queues", "actions"].map((column) =>
        h("th", { key: column, scope: "col" }, t(`agents.${column}`))))),
      h("tbody", null, inOrder(agents.value).map((agent) =>
        h(AgentRow, { key: agent.agentId, agent, onEdit: () => setEdited(agent.agentId), onRelease: () => setReleased(agent) }))),
    ),
    agents.value.length === 0 && h("p", { class: "quiet" }, t("agents.none")),
    h("div", { class: "choices" }, h(Button, { label: t("agents.add"), icon: "plus", onClick: () => setEdited("") })),
    edited !== null && h(AgentDialog, { id: edited, onDone: () => setEdited(null) }),
    released && h(Dialog, { title: t("agents.releaseAll"), confirm: t("agents.confirmRelease"), onBack: () => setReleased(null), onConfirm: () => attempt(() => release(released)) },
      h("p", null, t("agents.releaseWhat", { name: released.name, count: released.conversations.length }))),
  );
}

/** @param {{agent: Agent, onEdit: () => void, onRelease: () => void}} props */
function AgentRow({ agent, onEdit, onRelease }) {
  const waiting = oldestUnanswered(agent, rows.value.values());
  return h("tr", { class: agent.active ? "" : "quiet" },
    h("th", { scope: "row" }, h("bdi", null, agent.name), agent.name !== agent.agentId && h("small", { class: "quiet" }, " ", agent.agentId)),
    h("td", null, h("select", {
      "aria-label": t("agents.presenceOf", { name: agent.name }), class: `presence ${agent.presence}`, value: agent.presence,
      onChange: (/** @type {any} */ event) => attempt(() => setPresenceOf(agent.agentId, event.target.value)),
    }, PRESENCES.map((one) => h("option", { key: one, value: one }, t(`presence.${one}`)))),
    agent.presenceSince && h("small", { class: "quiet" }, " ", sinceWords(agent.presenceSince))),
    h("td", null, t("agents.loadOf", { load: formatNumber(agent.load), capacity: formatNumber(agent.capacity) })),
    h("td", null, formatNumber(agent.conversations.length)),
    h("td", null, waiting ? sinceWords(waiting) : "–"),
    h("td", null, needsQueues(agent) ? h("span", { class: "tag warn" }, t("agents.needsQueues")) : agent.queues.join(", ")),
    h("td", null, h("div", { class: "choices" },
      h(Button, { label: t("agents.edit"), onClick: onEdit, rest: { "aria-label": t("agents.editName", { name: agent.name }) } }),
      agent.conversations.length > 0 && h(Button, { label: t("agents.releaseAll"), onClick: onRelease, rest: { "aria-label": t("agents.releaseName", { name: agent.name }) } }))),
  );
}
