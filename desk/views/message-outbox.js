// What the person sent and the thread does not show yet, as a bubble at its end.

import { h } from "../vendor/preact.js";
import { seconds } from "../clock.js";
import { now } from "../edge/time.js";
import { t, tOr } from "../i18n.js";
import { run } from "../keys.js";
import { plain } from "../model/names.js";
import { mayTakeBack } from "../model/outbox.js";
import { progress, takeBack } from "../outbox.js";
import { Button } from "../parts/button.js";
import { durationWords } from "../parts/duration.js";
import { Icon } from "../parts/icon.js";
import { ClockTime } from "../parts/when.js";
import { ended } from "../session.js";
import { offlineSince } from "../state.js";
import { RichText } from "./rich-text.js";

/** @typedef {import("../outbox.js").OutboxRow} OutboxRow */

const SLOW_MS = 4_000;

/** @param {{row: OutboxRow}} props */
export function OutboxMessage({ row }) {
  const { kind, body, file, at } = row;
  const waits = row.state === "queued" && (row.problem !== undefined || ended.value || offlineSince.value !== null);
  return h(
    "article",
    { class: `message ${kind === "note" ? "note" : "out"} is-pending first`, "aria-label": t("message.you"), "aria-live": "off" },
    h(
      "div",
      { class: "bubble" },
      h("p", { class: "author" }, t("message.you")),
      body.template && h("p", { class: "what" }, h(Icon, { name: "layout-template" }), body.template),
      file && h("p", { class: "what" }, h(Icon, { name: "file" }), h("bdi", null, plain(file.name))),
      (body.text ?? body.caption) && h(RichText, { text: body.text ?? body.caption }),
      h("p", { class: "foot" }, h(ClockTime, { at }), h("span", { class: "status is-pending" }, h(Icon, { name: "clock" }), h("span", null, stateWords(row)))),
    ),
    row.state === "undoable" && h(Button, { label: t("action.undo"), icon: "undo-2", onClick: () => goOn(row) }),
    waits && mayTakeBack(row) && h(Button, { label: t("message.takeBack"), icon: "undo-2", onClick: () => goOn(row) }),
  );
}

/** Takes it back, and leads to where its words are now. @param {OutboxRow} row */
function goOn({ key, kind }) {
  takeBack(key);
  run(kind === "note" ? "note" : "reply");
}

/** @param {OutboxRow} row its times are of the browser's clock */
function stateWords({ key, state, at, due, problem }) {
  seconds.value; // drawn anew each second
  if (state === "undoable") return t("outbox.undoable", { time: durationWords((due - now()) / 1_000) });
  if (state === "queued" && ended.value) return t("outbox.signIn");
  if (state === "queued" && offlineSince.value !== null) return t("outbox.offline");
  if (state === "queued" && problem) {
    return t("outbox.later", { reason: tOr(`problem.${problem}`, t("problem.unavailable")), time: durationWords((due - now()) / 1_000) });
  }
  const gone = progress.value.get(key);
  if (gone !== undefined) return t("outbox.uploading", { percent: Math.floor(gone * 100) });
  return t(now() - at > SLOW_MS ? "outbox.slow" : "message.pending");
}
