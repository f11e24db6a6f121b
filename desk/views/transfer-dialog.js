// Handing a conversation on, to a queue or to a colleague, with a note for whoever gets it.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { transfer } from "../actions/lifecycle.js";
import { attempt, tell } from "../actions/notices.js";
import { loadAgents, loadQueues } from "../actions/team.js";
import { pause } from "../edge/time.js";
import { t } from "../i18n.js";
import { shownName } from "../model/names.js";
import { receivers } from "../model/receivers.js";
import { Combobox } from "../parts/combobox.js";
import { Dialog } from "../parts/dialog.js";
import { momentWords } from "../parts/when.js";
import { go, listPlace } from "../router.js";
import { agents, me, queues } from "../state.js";

/** @typedef {import("../model/receivers.js").Receiver} Receiver */

const PATIENCE_MS = 400;

/** Learns who could take it now, so that the dialog opens with all of them; on a slow network some come later. */
export const learnReceivers = () =>
  Promise.race([attempt(() => Promise.all([loadAgents(), loadQueues()])), pause(PATIENCE_MS)]);

/** @param {{conversation: import("../types/shapes").Conversation, onDone: () => void}} props */
export function TransferDialog({ conversation, onDone }) {
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const all = receivers(queues.value, agents.value, conversation, me.value ?? { agentId: "", role: "Agent" });
  const chosen = all.find((one) => one.value === to);
  const hand = async () => {
    if (!chosen) return;
    const said = note.trim() ? { note: note.trim() } : {};
    if (!(await transfer(conversation.conversationId, chosen.queue ? { queue: chosen.name, ...said } : { agent: chosen.id, ...said }))) return;
    tell("good", t("transfer.done", { name: shownName(conversation.contact), to: chosen.name }));
    onDone();
    go(listPlace.value);
  };
  return h(
    Dialog,
    { title: t("action.transfer"), confirm: t("transfer.confirm"), confirmDisabled: !chosen, onBack: onDone, onConfirm: hand },
    h(Combobox, { label: t("transfer.to"), autoFocus: true, value: to, onPick: setTo, options: all.map(optionOf) }),
    h("label", null, t("transfer.note"), h("textarea", {
      rows: 3, dir: "auto", value: note, onInput: (/** @type {any} */ event) => setNote(event.target.value),
    })),
  );
}

/** @param {Receiver} one @returns {import("../model/choices.js").Choice} */
const optionOf = (one) => ({
  value: one.value,
  label: one.name,
  hint: one.queue ? t("transfer.queue", { length: one.queue.length }) : hintOf(one.agent),
  ...(one.reason ? { disabled: true, reason: t(`transfer.reason.${one.reason}`, { time: one.queue?.opensAt ? momentWords(one.queue.opensAt) : "" }) } : {}),
});

/** @param {Receiver["agent"]} agent */
const hintOf = (agent) =>
  [agent && t(`presence.${agent.presence}`), agent?.capacity && t("agents.loadOf", { load: agent.load ?? 0, capacity: agent.capacity })].filter(Boolean).join(" · ");
