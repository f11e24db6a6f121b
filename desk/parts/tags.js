// Tags: those that the configuration knows to tick, or words of one's own where it knows none.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";

/**
 * @param {object} props
 * @param {readonly string[]} props.known none: any word is a tag
 * @param {readonly string[]} props.chosen
 * @param {(chosen: string[]) => void} props.onChange
 */
export function Tags({ known, chosen, onChange }) {
  if (known.length === 0)
    return h("label", null, t("tags.name"), h("input", {
      value: chosen.join(", "), dir: "auto", placeholder: t("tags.hint"),
      onChange: (/** @type {any} */ event) => onChange(wordsIn(event.target.value)),
    }));
  return h("fieldset", { class: "tags" }, h("legend", null, t("tags.name")),
    [...new Set([...known, ...chosen])].map((tag) => h("label", { key: tag, class: "check" },
      h("input", { type: "checkbox", checked: chosen.includes(tag), onChange: () => onChange(toggled(chosen, tag)) }), h("bdi", null, tag))));
}

/** @param {string} text */
const wordsIn = (text) => [...new Set(text.split(",").map((word) => word.trim()).filter(Boolean))];

/** @param {readonly string[]} chosen @param {string} tag */
export const toggled = (chosen, tag) => (chosen.includes(tag) ? chosen.filter((one) => one !== tag) : [...chosen, tag]);
