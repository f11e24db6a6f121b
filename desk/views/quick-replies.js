// Quick replies over the field: asked for by `/` or by the button, put in where the cursor is.

import { h } from "../vendor/preact.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { reasonOf } from "../actions/notices.js";
import { loadQuickReplies } from "../actions/quick-replies.js";
import { t } from "../i18n.js";
import { firstBlank } from "../model/blanks.js";
import { stepBy } from "../model/choices.js";
import { fitting, slashBefore } from "../model/quick-replies.js";

/** @typedef {import("../model/quick-replies.js").QuickReply} QuickReply */
/** @typedef {{from: number, query: string, byButton: boolean}} Asked */

const LIST = "quick-replies";

/**
 * @param {string} conversation
 * @param {{current: HTMLTextAreaElement | null}} field
 * @param {(text: string) => void} onText
 */
export function useQuickReplies(conversation, field, onText) {
  const [asked, setAsked] = useState(/** @type {Asked | null} */ (null));
  const [items, setItems] = useState(/** @type {QuickReply[] | null} */ (null));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [at, setAt] = useState(0);
  const waiting = items === null && problem === null;
  const found = asked && items ? fitting(items, asked.query) : [];
  useEffect(() => {
    if (!asked || items) return;
    loadQuickReplies(conversation).then(setItems, (error) => setProblem(reasonOf(error)));
  }, [asked !== null]);

  const replace = (/** @type {number} */ from, /** @type {string} */ words) => {
    const { current: box } = field;
    if (!box) return;
    box.setRangeText(words, from, box.selectionStart, "end");
    const blank = firstBlank(words);
    if (blank) box.setSelectionRange(from + blank[0], from + blank[1]);
    onText(box.value);
  };
  const close = () => {
    if (asked?.byButton) replace(asked.from, "");
    setAsked(null);
  };
  const pick = (/** @type {QuickReply | undefined} */ one) => {
    if (!asked || !one) return;
    replace(asked.from, one.text);
    field.current?.focus();
    setAsked(null);
  };
  return {
    /** The text or the cursor has changed. */
    typed: () => {
      const { current: box } = field;
      const slash = box && slashBefore(box.value, box.selectionStart);
      setAsked(slash && { ...slash, byButton: asked?.byButton ?? false });
      setAt(0);
    },
    ask: () => {
      const { current: box } = field;
      if (!box) return;
      box.focus();
      const from = box.selectionStart;
      const slash = from > 0 && /\S/.test(box.value[from - 1] ?? "") ? " /" : "/";
      box.setRangeText(slash, from, box.selectionEnd, "end");
      onText(box.value);
      setAsked({ from: from + slash.length - 1, query: "", byButton: true });
      setAt(0);
    },
    leave: close,
    /** @param {KeyboardEvent} event @returns {boolean} the key was for the list */
    key: (event) => {
      if (!asked || event.isComposing) return false;
      const by = stepBy(event.key);
      if (by && found.length) setAt((at + by + found.length) % found.length);
      else if ((event.key === "Enter" || event.key === "Tab") && found[at]) pick(found[at]);
      else if (event.key === "Enter" && waiting) setAt(0); // it is meant for the list, which is not there yet
      else if (event.key === "Escape") close();
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
    field: asked ? { "aria-controls": LIST, "aria-autocomplete": "list", "aria-activedescendant": found[at] ? `${LIST}-${at}` : undefined } : {},
    list: asked && h(List, { found, at, waiting, problem, onPick: pick }),
  };
}

/** @param {{found: QuickReply[], at: number, waiting: boolean, problem: string | null, onPick: (one: QuickReply) => void}} props */
function List({ found, at, waiting, problem, onPick }) {
  return h(
    "div",
    { class: "quick-replies" },
    h("ul", { id: LIST, role: "listbox", "aria-label": t("action.quickReplies") },
      found.map((one, index) =>
        h(
          "li",
          {
            key: one.name, id: `${LIST}-${index}`, role: "option", "aria-selected": index === at ? "true" : "false",
            // the field keeps the focus
            onMouseDown: (/** @type {Event} */ event) => event.preventDefault(),
            onClick: () => onPick(one),
          },
          h("strong", null, one.name), h("span", { class: "quiet", dir: "auto" }, one.text),
        ),
      )),
    problem && h("p", { class: "problem", role: "alert" }, problem),
    !problem && !found.length && h("p", { class: "quiet", role: "status" }, waiting ? t("start.loading") : t("quick.none")),
  );
}
