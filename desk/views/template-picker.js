// The templates of a channel, found by words of their names and texts.

import { h } from "../vendor/preact.js";
import { useEffect, useId, useRef, useState } from "../vendor/hooks.js";
import { t } from "../i18n.js";
import { step, stepBy } from "../model/choices.js";
import { choicesOf, foundTemplates } from "../model/template-values.js";

/** @typedef {import("../model/template-values.js").Template} Template */

/**
 * @param {object} props
 * @param {readonly Template[]} props.templates
 * @param {string | null} props.chosen name
 * @param {string | null | undefined} props.language the customer's
 * @param {(name: string) => void} props.onPick
 */
export function TemplatePicker({ templates, chosen, language, onPick }) {
  const id = useId();
  const search = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(-1);
  const found = choicesOf(foundTemplates(templates, query), language, t("templates.notConfigured"));
  useEffect(() => search.current?.focus(), []);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const by = stepBy(event.key);
    if (by) setAt(step(found, at, by));
    else if (event.key === "Enter" && !event.isComposing) {
      const picked = found[at] ?? found[0];
      if (picked && !picked.disabled) onPick(picked.value);
    } else return;
    event.preventDefault();
  };
  return h(
    "div",
    { class: "template-picker" },
    h("input", {
      ref: search, type: "search", "aria-label": t("templates.search"), placeholder: t("templates.search"), autocomplete: "off",
      "aria-controls": `${id}-list`, "aria-activedescendant": found[at] ? `${id}-${at}` : undefined, onKeyDown, value: query,
      onInput: (/** @type {any} */ event) => (setQuery(event.target.value), setAt(-1)),
    }),
    h("ul", { id: `${id}-list`, role: "listbox", tabIndex: 0, "aria-label": t("action.templates"), class: "template-list" },
      found.map((one, index) => h(Entry, {
        key: one.value, id: `${id}-${index}`, choice: one, chosen: one.value === chosen, active: index === at, onPick,
      }))),
    found.length === 0 && h("p", { class: "quiet" }, query ? t("templates.noneFound", { find: query }) : t("templates.none")),
  );
}

/** @param {{id: string, choice: import("../model/choices.js").Choice, chosen: boolean, active: boolean, onPick: (name: string) => void}} props */
const Entry = ({ id, choice: { value, label, hint, disabled, reason }, chosen, active, onPick }) =>
  h(
    "li",
    {
      id, role: "option", "aria-selected": chosen ? "true" : "false", "aria-disabled": disabled ? "true" : undefined,
      "data-active": active ? "" : undefined,
      onClick: () => disabled || onPick(value),
    },
    h("strong", null, label),
    h("span", { class: "quiet", dir: "auto" }, hint ?? reason),
  );
