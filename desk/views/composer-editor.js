// The field in which a reply or a note is written, and what sends it.

import { h } from "../vendor/preact.js";
import { useEffect, useLayoutEffect, useRef, useState } from "../vendor/hooks.js";
import { addNote, sendReply } from "../actions/send.js";
import { refreshThread } from "../actions/thread.js";
import { attachedTo } from "../attachments.js";
import { now } from "../clock.js";
import { focusAsked } from "../composing.js";
import { draftOf, keepTyped, rewritten, typeDraft } from "../drafts.js";
import { focusIsFree, isTouch } from "../edge/browser.js";
import { later } from "../edge/time.js";
import { t } from "../i18n.js";
import { blanksIn } from "../model/blanks.js";
import { lastPing } from "../model/pings.js";
import { planOf } from "../model/send-words.js";
import { lengthOf, sendable, sends } from "../model/typing.js";
import { enterSends } from "../preferences.js";
import { ended } from "../session.js";
import { offlineSince } from "../state.js";
import { AttachedFiles, filePaths } from "./attach.js";
import { BlanksDialog } from "./blanks-dialog.js";
import { ComposerLength } from "./composer-length.js";
import { ComposerOutcome } from "./composer-outcome.js";
import { ComposerTools } from "./composer-tools.js";
import { useQuickReplies } from "./quick-replies.js";
import { SendButton } from "./send-button.js";

/** @typedef {import("../composing.js").Mode} Mode */

const OUTCOME = "composer-outcome";

/**
 * @param {object} props
 * @param {import("../state.js").Thread} props.thread
 * @param {import("../state.js").Conversation} props.conversation
 * @param {Mode} props.mode
 * @param {string} props.name of the customer
 * @param {() => void} props.onTemplates
 */
export function ComposerEditor({ thread, conversation, mode, name, onTemplates }) {
  const { conversationId: id, nextReply } = conversation;
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const [text, setText] = useDraft(id, mode);
  const [onlyHold, setOnlyHold] = useState(false);
  const [split, setSplit] = useState(false);
  const [blanks, setBlanks] = useState(/** @type {string[]} */ ([]));
  const files = mode === "note" ? [] : attachedTo(id);
  const plan =
    mode === "note" ? null : planOf({ next: nextReply, file: files.length > 0, onlyHold, offline: offlineSince.value !== null });
  const taken = plan?.reason === "not_assigned_to_you";
  const quick = useQuickReplies(id, field, setText);
  const keys = useSendKey(() => field.current?.form?.requestSubmit());
  useRefreshAt(id, nextReply?.validUntil ?? null);
  useLayoutEffect(() => {
    if (focusAsked.value || (!isTouch() && focusIsFree())) field.current?.focus();
    focusAsked.value = false;
  }, [focusAsked.value]);

  const fits = lengthOf(text) === "fits" || (plan !== null && split && lengthOf(text) === "inParts");
  const ready = (text.trim() !== "" || files.length > 0) && fits && !ended.value && plan?.delivery !== "refused";
  const send = () => {
    const words = sendable(text);
    if (!ready || !(words || files.length)) return;
    if (plan) sendReply({ conversation: id, name }, { text: words, split: split && lengthOf(words) !== "fits", plan });
    else addNote({ conversation: id, name }, words);
    setText("");
    setOnlyHold(false);
    setSplit(false);
    if (!isTouch()) field.current?.focus(); // the button that was pressed has nothing to send now
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const found = plan && ready ? blanksIn(text) : [];
    if (found.length) setBlanks(found);
    else send();
  };

  return h(
    "form",
    {
      class: "composer-form", onSubmit: submit,
      ...filePaths(plan && conversation.allowed.includes("upload") ? id : null),
    },
    quick.list,
    h("textarea", {
      ref: field, "aria-label": mode === "note" ? t("composer.note") : t("composer.reply", { name }), readOnly: taken,
      value: text, rows: 2, dir: "auto", onCompositionEnd: keys.composed, onBlur: quick.leave, ...quick.field,
      onKeyDown: (/** @type {KeyboardEvent} */ event) => quick.key(event) || keys.down(event),
      onInput: (/** @type {any} */ event) => (setText(event.target.value), plan && quick.typed()),
    }),
    plan && h(AttachedFiles, { conversation: id }),
    h(
      "div",
      { class: "composer-bar" },
      plan && !taken && h(ComposerTools, { conversation, refusal: plan.reason, onQuick: quick.ask, onTemplates }),
      h(SendButton, { plan, name, ready, describedBy: OUTCOME }),
    ),
    h(ComposerLength, { text, split, onSplit: plan ? setSplit : null }),
    ended.value && h("p", { class: "outcome-reason", role: "status" }, t("outcome.signIn")),
    plan && h(ComposerOutcome, {
      id: OUTCOME, conversation, plan, name, text, pingedAt: lastPing(thread.lines), onlyHold, onOnlyHold: setOnlyHold, onTemplates,
    }),
    blanks.length > 0 &&
      h(BlanksDialog, { blanks, name, onBack: () => setBlanks([]), onSend: () => (setBlanks([]), send()) }),
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
  useLayoutEffect(() => setText(draftOf(id, mode)?.text ?? ""), [rewritten.value]); // before the next letter
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
      if (!event.repeat) send();
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
