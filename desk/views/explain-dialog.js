// Why a conversation is where it is, and why it waits.

import { h } from "../vendor/preact.js";
import { explainConversation } from "../actions/supervise.js";
import { formatTime, t, tOr } from "../i18n.js";
import { Dialog } from "../parts/dialog.js";
import { LoadedPart, useLoaded } from "../parts/loaded.js";

/** @param {{id: string, onDone: () => void}} props */
export function ExplainDialog({ id, onDone }) {
  const why = useLoaded(() => explainConversation(id), [id]);
  return h(Dialog, { title: t("supervisor.explain"), onBack: onDone, size: "wide" },
    h(LoadedPart, { of: why }, why.data && h("div", { class: "explanation" },
      h("p", null, why.data.waitReason ? t("explain.waits", { reason: tOr(`waitReason.${why.data.waitReason}`, why.data.waitReason) }) : t("explain.doesNotWait")),
      h("h3", null, t("explain.rules")),
      why.data.matched.length ? h("ul", null, why.data.matched.map((/** @type {string} */ rule) => h("li", { key: rule }, rule))) : h("p", { class: "quiet" }, t("explain.noRules")),
      h("h3", null, t("explain.way")),
      h("ol", null, why.data.segments.map((/** @type {any} */ one) => h("li", { key: one.from },
        time(one.from), one.to ? ` – ${time(one.to)}` : "", ` · ${one.queue} · ${one.agent ?? t("reports.nobody")}`, one.reason ? ` · ${tOr(`reason.${one.reason}`, one.reason)}` : ""))),
    )));
}

/** @param {string} moment */
const time = (moment) => formatTime(moment, { dateStyle: "short", timeStyle: "short" });
