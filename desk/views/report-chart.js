// Bars, drawn as vectors: answered and abandoned conversations of each line. The table below says the same in numbers.

import { h } from "../vendor/preact.js";
import { formatNumber, t } from "../i18n.js";
import { scale, subjectOf } from "../model/report.js";

/** @typedef {import("../actions/reports.js").Figures} Figures */

const HEIGHT = 180;
const LEFT = 40;
const BOTTOM = 24;
const WIDTH = 960;
const MOST_LABELS = 12;

/** @param {{lines: Figures[], by: import("../actions/reports.js").By, name: (line: Figures) => string}} props */
export function ReportChart({ lines, by, name }) {
  const values = scale(Math.max(...lines.map((line) => line.closed)));
  const top = values.at(-1) ?? 1;
  const y = (/** @type {number} */ value) => HEIGHT - (value / top) * HEIGHT + 8;
  const slot = (WIDTH - LEFT) / Math.max(1, lines.length);
  const every = Math.ceil(lines.length / MOST_LABELS);
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", null, h("span", { class: "key answered" }, t("reports.answered")), h("span", { class: "key rest" }, t("reports.notAnswered"))),
    h("div", { class: "chart-scroll", tabIndex: 0 }, h(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT + BOTTOM + 8}`, role: "img", "aria-label": t("reports.chart") },
      values.map((value) => h("g", { key: value, class: "grid" },
        h("line", { x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value) }),
        h("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, formatNumber(value)),
      )),
      lines.map((line, index) => {
        const x = LEFT + index * slot;
        const width = Math.min(48, slot * 0.7);
        const left = x + (slot - width) / 2;
        return h("g", { key: subjectOf(line, by) ?? "", class: "bar" },
          h("title", null, `${name(line)}: ${formatNumber(line.closed)}`),
          h("rect", { class: "answered", x: left, width, y: y(line.answered), height: y(0) - y(line.answered) }),
          h("rect", { class: "rest", x: left, width, y: y(line.closed), height: y(line.answered) - y(line.closed) }),
          index % every === 0 && h("text", { x: x + slot / 2, y: HEIGHT + BOTTOM, "text-anchor": "middle" }, shortened(name(line))),
        );
      }),
    )),
  );
}

/** @param {string} name */
const shortened = (name) => (name.length > 12 ? `${name.slice(0, 11)}…` : name);
