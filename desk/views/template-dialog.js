// Choosing a template, filling it, and seeing what the customer will read before it goes out.

import { h } from "../vendor/preact.js";
import { useLayoutEffect, useState } from "../vendor/hooks.js";
import { loadTemplates } from "../actions/template-list.js";
import { t } from "../i18n.js";
import { languageFor, problemsOf, replyOf, valuesOf } from "../model/template-values.js";
import { Dialog } from "../parts/dialog.js";
import { LoadedPart, useLoaded } from "../parts/loaded.js";
import { TemplateForm } from "./template-form.js";
import { TemplatePicker } from "./template-picker.js";

/** @typedef {import("../model/template-values.js").Template} Template */
/** @typedef {import("../model/template-values.js").Values} Values */

/**
 * @param {object} props
 * @param {string} props.channel name or id
 * @param {string | null | undefined} props.language the customer's
 * @param {string | null} props.conversation for which a file can be uploaded
 * @param {Record<string, any> | null} [props.begun] a reply that was taken back, to go on with
 * @param {(body: Record<string, any>) => void} props.onSend
 * @param {() => void} props.onBack
 */
export function TemplateDialog({ channel, language, conversation, begun = null, onSend, onBack }) {
  const list = useLoaded(() => loadTemplates(channel), [channel]);
  const [name, setName] = useState(/** @type {string | null} */ (begun?.["template"] ?? null));
  const template = list.data?.items.find((one) => one.name === name) ?? null;
  const filling = useFilling(template, language, begun);
  const confirm = () => {
    const body = filling.reply();
    if (body) onSend(body);
  };
  return h(
    Dialog,
    { title: t("action.templates"), size: "wide", onBack, confirm: t("templates.confirm"), confirmDisabled: !template, onConfirm: confirm },
    h(LoadedPart, { of: list },
      h("div", { class: "template-columns" },
        h(TemplatePicker, { templates: list.data?.items ?? [], chosen: name, language, onPick: setName }),
        template ? h(TemplateForm, { template, conversation, ...filling.form }) : h("p", { class: "quiet" }, t("templates.choose")),
      )),
  );
}

/**
 * What is filled into a template that was chosen.
 * @param {Template | null} template
 * @param {string | null | undefined} wanted the customer's language
 * @param {Record<string, any> | null} begun
 */
export function useFilling(template, wanted, begun = null) {
  const [language, setLanguage] = useState("");
  const [values, setValues] = useState(/** @type {Values} */ ({}));
  const [checked, setChecked] = useState(false);
  useLayoutEffect(() => {
    const goesOn = template && begun?.["template"] === template.name;
    const best = !template ? "" : goesOn ? begun["language"] : languageFor(template, wanted);
    const text = template?.languages[best];
    setLanguage(best);
    setValues(goesOn && text ? valuesOf(begun, text) : {});
    setChecked(false);
  }, [template?.name]);
  const text = template?.languages[language];
  const problems = text ? problemsOf(text, values) : {};
  return {
    form: {
      language, onLanguage: setLanguage, values, problems: checked ? problems : {},
      onValue: (/** @type {string} */ key, /** @type {string} */ value) => setValues((before) => ({ ...before, [key]: value })),
    },
    /** @returns {Record<string, any> | null} the reply; null: something is missing, which is shown from now on */
    reply() {
      setChecked(true);
      return template && text && Object.keys(problems).length === 0 ? replyOf(template.name, language, text, values) : null;
    },
  };
}
