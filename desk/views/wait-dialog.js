// Setting a conversation aside until a time, or until its customer writes.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { now } from "../clock.js";
import { wait } from "../actions/lifecycle.js";
import { t } from "../i18n.js";
import { comingTimes } from "../model/waits.js";
import { Dialog } from "../parts/dialog.js";
import { momentWords } from "../parts/when.js";

/** @param {{conversation: import("../types/shapes").Conversation, onDone: () => void}} props */
export function WaitDialog({ conversation: { conversationId: id }, onDone }) {
  const [times] = useState(() => comingTimes(now()));
  const [chosen, setChosen] = useState(times[0]?.toISOString() ?? "own");
  const [own, setOwn] = useState("");
  const until = chosen === "own" ? (own ? new Date(own) : null) : new Date(chosen);
  const right = until !== null && until.getTime() > now();
  const setAside = async () => {
    if (until && (await wait(id, until.toISOString()))) onDone();
  };
  const choice = (/** @type {string} */ value, /** @type {string} */ label) =>
    h("label", { key: value, class: "check" },
      h("input", { type: "radio", name: "until", checked: chosen === value, onChange: () => setChosen(value) }), label);
  return h(
    Dialog,
    { title: t("action.waitUntil"), confirm: t("wait.confirm"), confirmDisabled: !right, onBack: onDone, onConfirm: setAside },
    h("p", { class: "quiet" }, t("wait.what")),
    h("fieldset", null, h("legend", { class: "visually-hidden" }, t("action.waitUntil")),
      times.map((time) => choice(time.toISOString(), momentWords(time.getTime()))),
      choice("own", t("wait.own"))),
    chosen === "own" && h("label", null, t("wait.time"), h("input", {
      type: "datetime-local", value: own, onInput: (/** @type {any} */ event) => setOwn(event.target.value),
    })),
  );
}
