// Somebody else has the conversation: who, since when, and how to ask for it.

import { h } from "../vendor/preact.js";
import { useEffect } from "../vendor/hooks.js";
import { attempt } from "../actions/notices.js";
import { loadAgents } from "../actions/team.js";
import { chooseMode } from "../composing.js";
import { draftOf, saveDraft } from "../drafts.js";
import { t } from "../i18n.js";
import { Button } from "../parts/button.js";
import { clockTime } from "../parts/when.js";
import { agentName } from "../people.js";
import { agents } from "../state.js";

/** @param {{conversation: import("../state.js").Conversation}} props */
export function Holder({ conversation }) {
  const { conversationId: id, agent, segments, allowed } = conversation;
  const known = agents.value.some((one) => one.agentId === agent);
  useEffect(() => {
    if (!known) void attempt(loadAgents);
  }, [agent]);
  const name = agentName(agent);
  const since = segments.at(-1)?.from;
  const ask = () => {
    if (!draftOf(id, "note")) saveDraft(id, "note", `@${name} `);
    chooseMode(id, "note");
  };
  return h(
    "p",
    { class: "outcome-reason holder", role: "status" },
    h("span", null, since ? t("holder.since", { name, time: clockTime(since) }) : t("holder.has", { name })),
    allowed.includes("note") && h(Button, { label: t("holder.ask", { name }), icon: "sticky-note", onClick: ask }),
  );
}
