// Reports: what closed conversations came to, as bars, as a table, as a file.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { attempt } from "../actions/notices.js";
import { loadReport, loadReportFile } from "../actions/reports.js";
import { now } from "../clock.js";
import { saveFile } from "../edge/files.js";
import { timeZone } from "../edge/time.js";
import { formatNumber, formatTime, t } from "../i18n.js";
import { lastDays, subjectOf, sum } from "../model/report.js";
import { Button } from "../parts/button.js";
import { durationWords } from "../parts/duration.js";
import { LoadedPart, useLoaded } from "../parts/loaded.js";
import { named, Select } from "../parts/select.js";
import { ReportChart } from "./report-chart.js";

/** @typedef {import("../actions/reports.js").Figures} Figures */
/** @typedef {import("../actions/reports.js").By} By */

const BY = /** @type {const} */ (["day", "queue", "agent", "channel"]);
const SPANS = [7, 30, 90];

export function ReportsPage() {
  const [days, setDays] = useState(lastDays(now(), 7));
  const [by, setBy] = useState(/** @type {By} */ ("day"));
  const [zone, setZone] = useState("UTC");
  const span = { ...days, by, timezone: zone };
  const report = useLoaded(() => loadReport(span), Object.values(span));
  const name = (/** @type {Figures} */ line) => nameOf(line, by);
  const set = (/** @type {"from" | "to"} */ end) => (/** @type {any} */ event) => event.target.value && setDays({ ...days, [end]: event.target.value });
  return h(
    "div",
    { class: "reports" },
    h("h1", null, t("reports.title")),
    h(
      "form",
      { class: "filters", onSubmit: (/** @type {Event} */ event) => event.preventDefault() },
      h("div", { class: "choices", role: "group", "aria-label": t("reports.span") }, SPANS.map((count) =>
        h(Button, { key: count, label: t("reports.lastDays", { count }), onClick: () => setDays(lastDays(now(), count)) }),
      )),
      h("label", null, t("reports.from"), h("input", { type: "date", value: days.from, onChange: set("from") })),
      h("label", null, t("reports.to"), h("input", { type: "date", value: days.to, onChange: set("to") })),
      h(Select, { label: t("reports.by"), value: by, options: named(BY, (one) => t(`reports.by.${one}`)), onPick: setBy }),
      h(Select, { label: t("reports.zone"), value: zone, options: named([...new Set(["UTC", timeZone()])], (one) => one), onPick: setZone }),
      h("a", {
        class: "button quiet", href: "#/reports", onClick: (/** @type {Event} */ event) => {
          event.preventDefault();
          void attempt(async () => saveFile(await loadReportFile(span), `${by}-${days.from}-${days.to}.csv`));
        },
      }, t("reports.csv")),
    ),
    h(LoadedPart, { of: report, rows: 8 }, report.data && h(Result, { lines: report.data, by, name })),
  );
}

/** @param {{lines: Figures[], by: By, name: (line: Figures) => string}} props */
function Result({ lines, by, name }) {
  if (!sum(lines, "closed")) return h("p", { class: "quiet" }, t("reports.nothing"));
  return h("div", { class: "report" },
    h("dl", { class: "totals" }, /** @type {const} */ (["closed", "answered", "abandoned", "messagesIn", "messagesOut", "failures"]).map((figure) =>
      h("div", { key: figure }, h("dt", null, t(`reports.${figure}`)), h("dd", null, formatNumber(sum(lines, figure)))))),
    h(ReportChart, { lines, by, name }),
    h("div", { class: "table-scroll", tabIndex: 0, role: "region", "aria-label": t("reports.table") }, h(Table, { lines, by, name })),
  );
}

const COLUMNS = /** @type {[string, (line: Figures) => string][]} */ ([
  ["closed", (line) => formatNumber(line.closed)],
  ["answered", (line) => formatNumber(line.answered)],
  ["abandoned", (line) => formatNumber(line.abandoned)],
  ["firstResponse.p50", (line) => durationWords(line.firstResponse.p50)],
  ["firstResponse.p90", (line) => durationWords(line.firstResponse.p90)],
  ["handling.p50", (line) => durationWords(line.handling.p50)],
  ["handling.p90", (line) => durationWords(line.handling.p90)],
  ["messagesIn", (line) => formatNumber(line.messagesIn)],
  ["messagesOut", (line) => formatNumber(line.messagesOut)],
  ["templates", (line) => formatNumber(line.templates)],
  ["failures", (line) => formatNumber(line.failures)],
  ["held", (line) => formatNumber(line.held)],
  ["surveys", (line) => (line.surveys.average === null ? "–" : t("reports.survey", { average: formatNumber(line.surveys.average), answered: line.surveys.answered, asked: line.surveys.asked }))],
]);

/** @param {{lines: Figures[], by: By, name: (line: Figures) => string}} props */
const Table = ({ lines, by, name }) =>
  h("table", null,
    h("thead", null, h("tr", null, h("th", { scope: "col" }, t(`reports.by.${by}`)), COLUMNS.map(([column]) => h("th", { key: column, scope: "col" }, t(`reports.${column}`))))),
    h("tbody", null, lines.map((line) => h("tr", { key: subjectOf(line, by) ?? "" },
      h("th", { scope: "row" }, name(line)), COLUMNS.map(([column, value]) => h("td", { key: column }, value(line)))))),
  );

/** @param {Figures} line @param {By} by */
function nameOf(line, by) {
  const subject = subjectOf(line, by);
  if (subject === null) return t("reports.nobody");
  return by === "day" ? formatTime(`${subject}T00:00:00Z`, { day: "numeric", month: "short", timeZone: "UTC" }) : subject;
}
