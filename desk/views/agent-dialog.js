// The record of an agent: name, queues, capacity, skills.

import { h } from "../vendor/preact.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { reasonOf } from "../actions/notices.js";
import { readAgent, saveAgent } from "../actions/team.js";
import { t } from "../i18n.js";
import { skillsAsText, skillsIn } from "../model/team.js";
import { Dialog } from "../parts/dialog.js";
import { Switch } from "../parts/switch.js";
import { toggled } from "../parts/tags.js";
import { queues } from "../state.js";

const NEW = { name: "", queues: /** @type {string[]} */ ([]), capacity: 100, skills: "", active: true };

/** @param {{id: string, onDone: () => void}} props an empty id: a new agent */
export function AgentDialog({ id, onDone }) {
  const [agentId, setAgentId] = useState(id);
  const [record, setRecord] = useState(NEW);
  const [etag, setEtag] = useState(/** @type {string | null} */ (null));
  const [problem, setProblem] = useState("");
  const load = () => readAgent(id).then(({ agent, etag: current }) => {
    setRecord({ name: agent.name, queues: [...agent.queues], capacity: agent.capacity, skills: skillsAsText(agent.skills), active: agent.active });
    setEtag(current);
  }, (error) => setProblem(reasonOf(error)));
  useEffect(() => void (id && load()), [id]);
  const set = (/** @type {Partial<typeof NEW>} */ change) => setRecord({ ...record, ...change });
  const save = () => saveAgent(agentId.trim(), { ...record, name: record.name.trim() || agentId.trim(), skills: skillsIn(record.skills) }, etag)
    .then(onDone, (error) => {
      setProblem(reasonOf(error));
      if (error.status === 412) void load();
    });
  return h(
    Dialog,
    { title: id ? t("agents.editName", { name: record.name || id }) : t("agents.add"), onBack: onDone, onConfirm: save, confirm: t("agents.confirmSave"), confirmDisabled: !agentId.trim(), problem },
    !id && h("label", null, t("agents.id"), h("input", { value: agentId, required: true, onInput: (/** @type {any} */ event) => setAgentId(event.target.value) })),
    h("label", null, t("agents.name"), h("input", { value: record.name, dir: "auto", onInput: (/** @type {any} */ event) => set({ name: event.target.value }) })),
    h("fieldset", null, h("legend", null, t("agents.queues")), queues.value.filter((queue) => queue.configured).map(({ name }) =>
      h(Switch, { key: name, label: name, on: record.queues.includes(name), onChange: () => set({ queues: toggled(record.queues, name) }) }))),
    h("label", null, t("agents.capacity"), h("input", { type: "number", min: 0, value: record.capacity, onInput: (/** @type {any} */ event) => set({ capacity: Number(event.target.value) }) })),
    h("label", null, t("agents.skills"), h("input", { value: record.skills, placeholder: "billing:5, french:3", onInput: (/** @type {any} */ event) => set({ skills: event.target.value }) })),
    h(Switch, { label: t("agents.active"), on: record.active, onChange: (active) => set({ active }) }),
  );
}
