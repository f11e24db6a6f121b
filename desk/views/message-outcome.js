// What a person has to know of a message that did not simply arrive, and what can be done about it.

import { h } from "../vendor/preact.js";
import { busy, retry, takeBack, writeAgain } from "../actions/messages.js";
import { t, tOr } from "../i18n.js";
import { run } from "../keys.js";
import { idOf } from "../model/messages.js";
import { Button } from "../parts/button.js";
import { ClockTime } from "../parts/when.js";

/** @typedef {import("../state.js").Message} Message */
/** @typedef {import("../state.js").Thread} Thread */

/** @param {{line: Message, thread: Thread, name: string}} props */
export function Outcome({ line, thread, name }) {
  switch (line.status) {
    case "held":
      return h(Held, { line, thread, name });
    case "failed":
      return h(Failed, { line, thread });
    case "expired":
      return h("div", { class: "outcome is-expired" }, h("p", null, t("message.notAnswered", { name })), h(WriteAgain, { line, thread }));
    case "cancelled":
      return h("div", { class: "outcome" }, h(WriteAgain, { line, thread }));
    default:
      return line.direction !== "in" && line.attempts?.length ? h("div", { class: "outcome" }, h(Attempts, { line })) : null;
  }
}

/** @param {{line: Message, thread: Thread, name: string}} props */
function Held({ line, thread, name }) {
  const pinged = thread.lines.some((other) => other.replyId === line.replyId && other.kind === "template");
  return h(
    "div",
    { class: "outcome is-held" },
    h("p", null, t(pinged ? "message.heldPinged" : "message.heldUntil", { name })),
    thread.conversation?.allowed.includes("reply") &&
      h(Button, { label: t("message.takeBack"), icon: "undo-2", disabled: isBusy(line), onClick: () => void takeBack(line) }),
  );
}

/** @param {{line: Message, thread: Thread}} props */
function Failed({ line, thread }) {
  const { allowed = [] } = thread.conversation ?? {};
  // `retry` is named while nobody has read of the failure; whoever may reply may go on trying afterwards.
  const mayRetry = line.error?.retryable && (allowed.includes("retry") || allowed.includes("reply"));
  return h(
    "div",
    { class: "outcome is-failed" },
    h("p", null, failureWords(line)),
    mayRetry
      ? h(Button, { label: t("message.retry"), icon: "refresh-cw", disabled: isBusy(line), onClick: () => void retry(line) })
      : h(WriteAgain, { line, thread }),
    h(Attempts, { line }),
  );
}

/** Where one can write: a closed conversation has no composer for the words. @param {{line: Message, thread: Thread}} props */
const WriteAgain = ({ line, thread }) =>
  thread.conversation?.status !== "closed" && (line.text || line.media?.caption) && line.kind !== "template" &&
  h(Button, { label: t("action.writeAgain"), onClick: () => (writeAgain(line), run("reply")) });

/** @param {{line: Message}} props */
const Attempts = ({ line: { attempts } }) =>
  attempts?.length
    ? h(
        "details",
        { class: "attempts" },
        h("summary", null, t("message.attempts", { count: attempts.length })),
        h("ol", null, attempts.map(({ at, code, message }) =>
          h("li", { key: at }, h(ClockTime, { at }), " ", tOr(`failure.${code}`, message), ` (${code})`))),
      )
    : null;

/** The desk's own words for a code, else the server's. @param {Message} line */
function failureWords({ error }) {
  if (!error) return t("failure.unknown");
  return tOr(`failure.${error.code}`, `${error.message}. ${error.hint}`.trim());
}

/** @param {Message} line */
const isBusy = (line) => busy.value.has(idOf(line));
