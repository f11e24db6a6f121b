// A dialog of the browser's own: it keeps the focus, ends with Escape, and gives the focus back.

import { h } from "../vendor/preact.js";
import { useEffect, useId, useRef } from "../vendor/hooks.js";
import { rememberFocus } from "../edge/focus.js";
import { t } from "../i18n.js";
import { Button } from "./button.js";

/**
 * @param {object} props
 * @param {string} props.title its name
 * @param {() => void} props.onBack it was left
 * @param {() => void} [props.onConfirm] none: a dialog that only shows something
 * @param {string} [props.confirm] "Confirm …", in words of what is done
 * @param {boolean} [props.confirmDisabled]
 * @param {string} [props.problem] why it did not work
 * @param {"wide"} [props.size]
 * @param {any} [props.children]
 */
export function Dialog({ title, onBack, onConfirm, confirm, confirmDisabled, problem, size, children }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const name = useId();
  useEffect(() => {
    const dialog = element.current;
    const giveFocusBack = rememberFocus(); // the browser does not: the dialog has left the page before it is closed
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      giveFocusBack();
    };
  }, []);
  return h(
    "dialog",
    {
      ref: element, class: `dialog ${size ?? ""}`, "aria-labelledby": name,
      onCancel: (/** @type {Event} */ event) => (event.preventDefault(), onBack()),
    },
    h(
      "form",
      {
        method: "dialog",
        onSubmit: (/** @type {Event} */ event) => (event.preventDefault(), onConfirm?.()),
      },
      h("h2", { id: name }, title),
      h("div", { class: "dialog-body" }, children),
      problem && h("p", { class: "problem", role: "alert" }, problem),
      h(
        "div",
        { class: "dialog-buttons" },
        h(Button, { label: t("dialog.back"), onClick: onBack }),
        onConfirm && h(Button, { label: confirm ?? t("dialog.confirm"), tone: "primary", type: "submit", disabled: confirmDisabled }),
      ),
    ),
  );
}
