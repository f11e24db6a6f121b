// "Who are you?": on the machine of whoever runs the local stack, a person says who sits here.

import { h } from "../vendor/preact.js";
import { useEffect, useRef, useState } from "../vendor/hooks.js";
import { api } from "../api.js";
import { t } from "../i18n.js";
import { ROLES } from "../model/routes.js";
import { Button } from "../parts/button.js";
import { named, Select } from "../parts/select.js";
import { sitDown } from "../session.js";

/** @typedef {import("../session.js").Role} Role */

/** Those that `make run` and /play begin with. @type {Readonly<Record<string, Role>>} */
const FIRST = { ana: "Agent", sam: "Supervisor" };

/** @param {{onChosen: () => void}} props */
export function Who({ onChosen }) {
  const [name, setName] = useState("ana");
  const [role, setRole] = useState(/** @type {Role} */ ("Agent"));
  const [known, setKnown] = useState(Object.keys(FIRST));
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    field.current?.focus();
    void knownAgents().then((agents) => setKnown([...new Set([...Object.keys(FIRST), ...agents])]));
  }, []);
  const choose = (/** @type {string} */ id) => {
    setName(id);
    setRole(FIRST[id] ?? role);
  };
  const enter = (/** @type {Event} */ event) => {
    event.preventDefault();
    sitDown({ agentId: name.trim(), role });
    onChosen();
  };
  return h(
    "main",
    { class: "page narrow who" },
    h("h1", null, t("who.title")),
    h("p", { class: "quiet" }, t("who.what")),
    h(
      "form",
      { onSubmit: enter },
      h(
        "div",
        { class: "choices", role: "group", "aria-label": t("who.known") },
        known.map((id) => h(Button, { key: id, label: id, rest: { "aria-pressed": id === name }, onClick: () => choose(id) })),
      ),
      h("label", null, t("who.name"), h("input", {
        ref: field, value: name, required: true, maxLength: 64, autocomplete: "off",
        onInput: (/** @type {any} */ event) => setName(event.target.value),
      })),
      h(Select, { label: t("who.role"), value: role, options: named(ROLES, (one) => t(`role.${one}`)), onPick: setRole }),
      h(Button, { label: t("who.continue"), tone: "primary", type: "submit", disabled: !name.trim() }),
    ),
  );
}

/** @returns {Promise<string[]>} the ids of the agents that the local stack knows; none where it can't be asked */
async function knownAgents() {
  try {
    const { body } = await api("GET", "agents?limit=20", { headers: { "X-Agent-Id": "desk", "X-Agent-Role": "Supervisor" } });
    return body.items.map((/** @type {import("../types/shapes").Agent} */ agent) => agent.agentId);
  } catch {
    return [];
  }
}
