// The values of a template, each checked in its place, and what the customer will read.

import { h } from "../vendor/preact.js";
import { useId } from "../vendor/hooks.js";
import { t } from "../i18n.js";
import { fieldsOf, filledHeader, filledText } from "../model/template-values.js";
import { Select } from "../parts/select.js";
import { TemplateFile } from "./template-file.js";

/** @typedef {import("../model/template-values.js").Template} Template */
/** @typedef {import("../model/template-values.js").TemplateText} TemplateText */
/** @typedef {import("../model/template-values.js").Field} Field */
/** @typedef {import("../model/template-values.js").Values} Values */

/**
 * @param {object} props
 * @param {Template} props.template
 * @param {string} props.language
 * @param {(language: string) => void} props.onLanguage
 * @param {Values} props.values
 * @param {(key: string, value: string) => void} props.onValue
 * @param {Record<string, string>} props.problems those that are shown
 * @param {string | null} props.conversation for which a file can be uploaded
 */
export function TemplateForm({ template, language, onLanguage, values, onValue, problems, conversation }) {
  const text = template.languages[language];
  if (!text) return null;
  return h(
    "div",
    { class: "template-form" },
    h(Select, {
      label: t("templates.language"), value: language, onPick: onLanguage,
      options: Object.entries(template.languages).map(([one, { usable }]) => ({ value: one, label: one, disabled: !usable })),
    }),
    fieldsOf(text).map((field) => h(field.kind === "file" ? TemplateFile : Value, {
      key: field.key, field, value: values[field.key] ?? "", onValue: (/** @type {string} */ value) => onValue(field.key, value),
      problem: problems[field.key], conversation,
    })),
    h(Preview, { text, values, problem: problems["text"] }),
  );
}

/** @param {{field: Field, value: string, onValue: (value: string) => void, problem?: string}} props */
function Value({ field, value, onValue, problem }) {
  const id = useId();
  return h(
    "div",
    { class: "template-value" },
    h("label", { for: id }, field.kind === "parameter" ? field.label : t(field.label, { button: field.of ?? "" })),
    h("input", {
      id, type: "text", value, dir: "auto", autocomplete: "off", inputMode: field.key.endsWith("itude") ? "decimal" : undefined,
      "aria-invalid": problem ? "true" : undefined, "aria-describedby": problem ? `${id}-problem` : undefined,
      onInput: (/** @type {any} */ event) => onValue(event.target.value),
    }),
    problem && h("p", { id: `${id}-problem`, class: "field-problem" }, t(problem)),
  );
}

/** @param {{text: TemplateText, values: Values, problem?: string}} props */
function Preview({ text, values, problem }) {
  const header = filledHeader(text, values);
  return h(
    "section",
    { class: "template-preview", "aria-label": t("templates.preview") },
    h("h3", null, t("templates.preview")),
    h(
      "div",
      { class: "template-bubble" },
      header && h("strong", { dir: "auto" }, header),
      h("p", { dir: "auto" }, filledText(text.text, values)),
      text.footer && h("p", { class: "quiet", dir: "auto" }, text.footer),
      text.buttons.length > 0 && h("ul", null, text.buttons.map((button, at) => h("li", { key: at }, button.quickReply ?? button.text ?? button.url))),
    ),
    problem && h("p", { class: "field-problem" }, t(problem)),
  );
}
