// How long a text is, once that matters.

import { h } from "../vendor/preact.js";
import { formatNumber, t } from "../i18n.js";
import { lengthOf, LONGEST, MOST_PARTS } from "../model/typing.js";

const MATTERS_FROM = 0.9;

/**
 * @param {object} props
 * @param {string} props.text
 * @param {boolean} props.split
 * @param {((split: boolean) => void) | null} props.onSplit null: it can't go out in parts
 */
export function ComposerLength({ text, split, onSplit }) {
  if (text.length < LONGEST * MATTERS_FROM) return null;
  const length = lengthOf(text);
  const values = { length: formatNumber(text.length), most: formatNumber(length === "tooLong" ? LONGEST * MOST_PARTS : LONGEST) };
  return h(
    "div",
    { class: "composer-length", "data-length": length },
    h("p", { role: "status" }, t("composer.length", values)),
    length === "inParts" && onSplit &&
      h("label", { class: "composer-split" },
        h("input", { type: "checkbox", checked: split, onChange: (/** @type {any} */ event) => onSplit(event.target.checked) }),
        t("composer.split")),
  );
}
