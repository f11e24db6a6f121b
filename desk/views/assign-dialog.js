// Giving conversations to somebody.

import { h } from "../vendor/preact.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { reasonOf } from "../actions/notices.js";
import { changeMany, report } from "../actions/supervise.js";
import { loadAgents } from "../actions/team.js";
import { t } from "../i18n.js";
import { inOrder } from "../model/team.js";
import { Combobox } from "../parts/combobox.js";
import { Dialog } from "../parts/dialog.js";
import { agents } from "../state.js";

/** @param {{ids: readonly string[], onDone: () => void}} props */
export function AssignDialog({ ids, onDone }) {
  const [agent, setAgent] = useState("");
  const [problem, setProblem] = useState("");
  useEffect(() => void loadAgents().catch((error) => setProblem(reasonOf(error))), []);
  const assign = () => changeMany(ids, { action: "assign", agent }).then(
    (failed) => (report(failed, ids.length), onDone()),
    (error) => setProblem(reasonOf(error)),
  );
  const options = inOrder(agents.value).filter((one) => one.active).map((one) => ({
    value: one.agentId, label: one.name, hint: `${t(`presence.${one.presence}`)} · ${t("agents.loadOf", { load: one.load, capacity: one.capacity })}`,
  }));
  return h(Dialog, { title: t("supervisor.assign"), confirm: t("supervisor.confirmAssign"), confirmDisabled: !agent, onBack: onDone, onConfirm: assign, problem },
    h("p", { class: "quiet" }, t("supervisor.assignWhat", { count: ids.length })),
    h(Combobox, { label: t("supervisor.agent"), options, value: agent, onPick: setAgent }));
}
