// The file in a template's header: an address, or a file of the person's own.

import { h } from "../vendor/preact.js";
import { useId, useState } from "../vendor/hooks.js";
import { reasonOf } from "../actions/notices.js";
import { uploadFile } from "../actions/uploads.js";
import { t } from "../i18n.js";
import { UPLOAD } from "../model/template-values.js";
import { FileButton } from "./file-button.js";

/** @typedef {import("../model/template-values.js").Field} Field */

/**
 * @param {object} props
 * @param {Field} props.field
 * @param {string} props.value
 * @param {(value: string) => void} props.onValue
 * @param {string} [props.problem]
 * @param {string | null} props.conversation null: there is none to upload it for
 */
export function TemplateFile({ field, value, onValue, problem, conversation }) {
  const id = useId();
  const [upload, setUpload] = useState(/** @type {{name: string, failure?: string, running?: boolean} | null} */ (null));
  const take = async (/** @type {File[]} */ [file]) => {
    if (!file || !conversation) return;
    setUpload({ name: file.name, running: true });
    try {
      onValue(UPLOAD + (await uploadFile(conversation, file, file.name)));
      setUpload({ name: file.name });
    } catch (error) {
      setUpload({ name: file.name, failure: reasonOf(error) });
    }
  };
  const words = upload?.failure ?? (problem ? t(problem) : "");
  return h(
    "div",
    { class: "template-value" },
    h("label", { for: id }, t(field.label)),
    h("input", {
      id, type: "url", dir: "ltr", value: value.startsWith(UPLOAD) ? "" : value, placeholder: value.startsWith(UPLOAD) ? (upload?.name ?? "") : "https://",
      "aria-invalid": words ? "true" : undefined, "aria-describedby": words ? `${id}-problem` : undefined,
      onInput: (/** @type {any} */ event) => onValue(event.target.value),
    }),
    conversation && h(FileButton, { label: t("templates.ownFile"), busy: upload?.running ?? false, onFiles: take }),
    upload?.running && h("p", { role: "status", class: "quiet" }, t("attach.uploading", { name: upload.name })),
    words && h("p", { id: `${id}-problem`, class: "field-problem" }, words),
  );
}
