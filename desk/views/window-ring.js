// The window in which WhatsApp lets words through: a ring that empties, and how long is left.

import { h } from "../vendor/preact.js";
import { minutes, seconds } from "../clock.js";
import { t } from "../i18n.js";
import { clock, hoursAndMinutes, leftOf, ROW_SAYS_MS, SOON_MS } from "../model/countdown.js";

const RADIUS = 6;
const ROUND = 2 * Math.PI * RADIUS;

/** @param {{closesAt: string | null | undefined, name: string}} props */
export function WindowTimer({ closesAt, name }) {
  const left = ticking(closesAt);
  return h(
    "span",
    { class: `window ${left.state}` },
    h(Ring, { share: left.share }),
    h("span", { role: "timer", "aria-label": t("window.name") }, words(left)),
    h("span", { class: "visually-hidden", role: "status" }, left.state === "soon" && t("window.soon", { name })),
  );
}

/** What a row says of the window: nothing while much is left. @param {{closesAt: string | null | undefined}} props */
export function WindowChip({ closesAt }) {
  const left = ticking(closesAt);
  if (left.ms > ROW_SAYS_MS) return null;
  return h("span", { class: `window chip ${left.state}` }, h(Ring, { share: left.share }),
    left.state === "closed" ? t("window.closed") : leftWords(left.ms));
}

/** @param {{share: number}} props */
const Ring = ({ share }) =>
  h("svg", { class: "ring", width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" },
    h("circle", { class: "ring-ground", cx: 8, cy: 8, r: RADIUS }),
    share > 0 && h("circle", {
      cx: 8, cy: 8, r: RADIUS, transform: "rotate(-90 8 8)", "stroke-dasharray": `${share * ROUND} ${ROUND}`,
    }));

/** Drawn anew once a minute; each second only where seconds are shown. @param {string | null | undefined} closesAt */
function ticking(closesAt) {
  const left = leftOf(closesAt, minutes.value);
  return left.ms > 0 && left.ms < SOON_MS + 60_000 ? leftOf(closesAt, seconds.value) : left;
}

/** @param {import("../model/countdown.js").Left} left */
function words({ state, ms }) {
  if (state === "closed") return t("window.closed");
  if (state === "open") return `${t("window.open")} · ${t("window.left", { time: leftWords(ms) })}`;
  return t("window.closesIn", { time: leftWords(ms) });
}

/** @param {number} ms */
function leftWords(ms) {
  if (ms < SOON_MS) return clock(ms);
  const left = hoursAndMinutes(ms);
  return [left.hours && t("duration.hours", { value: left.hours }), left.minutes && t("duration.minutes", { value: left.minutes })]
    .filter(Boolean).join(" ");
}
