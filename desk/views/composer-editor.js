// The field in which a reply or a note is written, and what sends it.

import { h } from "../vendor/preact.js";
import { useEffect, useRef, useState } from "../vendor/hooks.js";
import { addNote, sendReply } from "../actions/send.js";
import { refreshThread } from "../actions/thread.js";
import { now } from "../clock.js";
import { draftOf, keepTyped, rewritten, typeDraft } from "../drafts.js";
import { focusIsFree, isTouch } from "../edge/browser.js";
import { later } from "../edge/time.js";
import { t } from "../i18n.js";
import { planOf } from "../model/send-words.js";
import { lastPing } from "../model/pings.js";
import { lengthOf, sendable, sends } from "../model/typing.js";
import { enterSends } from "../preferences.js";
import { ended } from "../session.js";
import { offlineSince } from "../state.js";
import { ComposerOutcome } from "./composer-outcome.js";
import { PANEL } from "./composer-tabs.js";
import { SendButton } from "./send-button.js";

/** @typedef {import("../composing.js").Mode} Mode */

/**
 * @param {object} props
 * @param {import("../state.js").Thread} props.thread
 * @param {import("../state.js").Conversation} props.conversation
 * @param {Mode} props.mode
 * @param {string} props.name of the customer
 */
export function ComposerEditor({ thread, conversation, mode, name }) {
  const id = conversation.conversationId;
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const [text, setText] = useDraft(id, mode);
  const [onlyHold, setOnlyHold] = useState(false);
  const plan = mode === "note" ? null : planOf({
    next: conversation.nextReply, file: false, onlyHold, offline: offlineSince.value !== null,
  });
  const onKeyDown = useSendKey(() => field.current?.form?.requestSubmit());
  useRefreshAt(id, conversation.nextReply?.validUntil ?? null);
  useEffect(() => {
    if (!isTouch() && focusIsFree()) field.current?.focus();
  }, []);

  const length = lengthOf(text);
  const ready = text.trim() !== "" && length === "fits" && !ended.value && plan?.delivery !== "refused";
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const words = sendable(text);
    if (!ready || !words) return;
    if (plan) sendReply({ conversation: id, name, text: words, split: false, plan });
    else addNote(id, name, words);
    setText("");
    setOnlyHold(false);
  };

  return h(
    "form",
    { id: PANEL, role: "tabpanel", class: "composer-form", "aria-label": t(`composer.tab.${mode}`), onSubmit: submit },
    h("textarea", {
      ref: field, "aria-label": mode === "note" ? t("composer.note") : t("composer.reply", { name }),
      value: text, rows: 2, dir: "auto", onKeyDown: onKeyDown.down, onCompositionEnd: onKeyDown.composed,
      onInput: (/** @type {any} */ event) => setText(event.target.value),
    }),
    h("div", { class: "composer-bar" }, h(SendButton, { plan, name, ready, describedBy: "composer-outcome" })),
    ended.value && h("p", { class: "outcome-reason", role: "status" }, t("outcome.signIn")),
    plan && h(ComposerOutcome, {
      id: "composer-outcome", plan, name, text, pingedAt: lastPing(thread.lines), onlyHold, onOnlyHold: setOnlyHold,
    }),
  );
}

/**
 * What stands in the editor: the draft that is kept, and what is typed since.
 * @param {string} id
 * @param {Mode} mode
 * @returns {[string, (text: string) => void]}
 */
function useDraft(id, mode) {
  const [text, setText] = useState(draftOf(id, mode)?.text ?? "");
  useEffect(() => setText(draftOf(id, mode)?.text ?? ""), [rewritten.value]);
  useEffect(() => keepTyped, []);
  return [
    text,
    (typed) => {
      setText(typed);
      typeDraft(id, mode, typed);
    },
  ];
}

/**
 * Enter may end a word of an input method instead of sending; Safari tells of that end before the key.
 * @param {() => void} send
 */
function useSendKey(send) {
  const composing = useRef(false);
  return {
    composed: () => {
      composing.current = true;
      later(0, () => {
        composing.current = false;
      });
    },
    down: (/** @type {KeyboardEvent} */ event) => {
      const press = {
        key: event.key, mod: event.ctrlKey || event.metaKey, shift: event.shiftKey, alt: event.altKey,
        composing: event.isComposing || event.keyCode === 229 || composing.current,
      };
      if (!sends(press, enterSends.value)) return;
      event.preventDefault();
      send();
    },
  };
}

/**
 * When the window closes, the server is asked anew what a reply would do.
 * @param {string} id
 * @param {string | null} time
 */
function useRefreshAt(id, time) {
  useEffect(() => {
    const left = time ? Date.parse(time) - now() : NaN;
    return left > 0 ? later(left + 500, () => void refreshThread(id)) : undefined;
  }, [time]);
}
