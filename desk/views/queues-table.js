// Every queue: open or closed, how many wait and why, and closing it for a while.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { attempt, reasonOf } from "../actions/notices.js";
import { closeUntil } from "../actions/team.js";
import { now } from "../clock.js";
import { formatNumber, formatTime, t, tOr } from "../i18n.js";
import { hashOf } from "../model/routes.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { durationWords } from "../parts/duration.js";
import { named, Select } from "../parts/select.js";
import { queues } from "../state.js";

/** @typedef {import("../types/shapes").Queue} Queue */

const HOURS = [1, 2, 4, 8, 24];

export function QueuesTable() {
  const [closing, setClosing] = useState(/** @type {string | null} */ (null));
  return h(
    "div",
    { class: "table-scroll" },
    h("table", { "aria-label": t("supervisor.queues") },
      h("thead", null, h("tr", null, ["name", "hours", "length", "oldest", "people", "why", "actions"].map((column) =>
        h("th", { key: column, scope: "col" }, t(`queues.${column}`))))),
      h("tbody", null, queues.value.map((queue) => h(QueueRow, { key: queue.name, queue, onClose: () => setClosing(queue.name) }))),
    ),
    closing && h(CloseQueue, { queue: closing, onDone: () => setClosing(null) }),
  );
}

/** @param {{queue: Queue, onClose: () => void}} props */
const QueueRow = ({ queue, onClose }) =>
  h("tr", null,
    h("th", { scope: "row" }, h("a", { href: hashOf({ view: "queue", queue: queue.name }) }, queue.name),
      !queue.configured && h("span", { class: "tag warn" }, t("queues.notConfigured")),
      queue.warnings.map((warning) => h("p", { key: warning, class: "problem" }, warning))),
    h("td", null, h("span", { class: `tag ${queue.open ? "ok" : "warn"}` }, queue.open ? t("queues.open") : t("queues.closed")), " ", until(queue)),
    h("td", null, formatNumber(queue.length), queue.lengthIsAtLeast && "+"),
    h("td", null, durationWords(queue.oldestWaitSeconds)),
    h("td", null, Object.entries(queue.agents).filter(([, count]) => count > 0).map(([presence, count]) => `${t(`presence.${presence}`)} ${count}`).join(" · ") || "–"),
    h("td", null, Object.entries(queue.waitReasons).map(([reason, count]) => `${tOr(`waitReason.${reason}`, reason)} ${count}`).join(" · ") || "–"),
    h("td", null, h("div", { class: "choices" },
      h(Button, { label: t("queues.closeUntil"), onClick: onClose, rest: { "aria-label": t("queues.closeName", { name: queue.name }) } }),
      !queue.open && h(Button, { label: t("queues.reopen"), onClick: () => attempt(() => closeUntil(queue.name, null, null)), rest: { "aria-label": t("queues.reopenName", { name: queue.name }) } }))),
  );

/** @param {Queue} queue */
function until(queue) {
  const moment = queue.open ? queue.closesAt : queue.opensAt;
  if (!moment) return "";
  return t(queue.open ? "queues.until" : "queues.from", { time: formatTime(moment, { weekday: "short", hour: "2-digit", minute: "2-digit" }) });
}

/** @param {{queue: string, onDone: () => void}} props */
function CloseQueue({ queue, onDone }) {
  const [hours, setHours] = useState(1);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");
  const close = () => closeUntil(queue, new Date(now() + hours * 3_600_000).toISOString(), reason.trim() || null)
    .then(onDone, (error) => setProblem(reasonOf(error)));
  return h(Dialog, { title: t("queues.closeName", { name: queue }), confirm: t("queues.confirmClose"), onBack: onDone, onConfirm: close, problem },
    h("p", { class: "quiet" }, t("queues.closeWhat")),
    h(Select, { label: t("queues.forHours"), value: hours, options: named(HOURS, (count) => t("queues.hoursOf", { count })), onPick: setHours }),
    h("label", null, t("queues.reason"), h("input", { value: reason, dir: "auto", onInput: (/** @type {any} */ event) => setReason(event.target.value) })),
  );
}
