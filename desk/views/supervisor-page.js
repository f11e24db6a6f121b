// The supervisor's page: who is at work, what waits where, and the conversations that need a hand.

import { h } from "../vendor/preact.js";
import { useEffect } from "../vendor/hooks.js";
import { loadAgents, loadQueues } from "../actions/team.js";
import { every } from "../edge/time.js";
import { isVisible } from "../edge/browser.js";
import { t } from "../i18n.js";
import { LoadedPart, useLoaded } from "../parts/loaded.js";
import { AgentsTable } from "./agents-table.js";
import { ConversationsTable } from "./conversations-table.js";
import { QueuesTable } from "./queues-table.js";

const ANEW_MS = 30_000;

export function SupervisorPage() {
  const team = useLoaded(() => Promise.all([loadAgents(), loadQueues()]), []);
  useEffect(() => every(ANEW_MS, () => isVisible() && team.reload()), []);
  return h(
    "div",
    { class: "supervisor" },
    h("h1", null, t("supervisor.title")),
    h(LoadedPart, { of: team, rows: 8 },
      h("section", { "aria-label": t("supervisor.queues") }, h("h2", null, t("supervisor.queues")), h(QueuesTable, null)),
      h("section", { "aria-label": t("supervisor.agents") }, h("h2", null, t("supervisor.agents")), h(AgentsTable, null)),
      h("section", { "aria-label": t("list.name") }, h("h2", null, t("supervisor.conversations")), h(ConversationsTable, null)),
    ),
  );
}
