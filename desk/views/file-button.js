// A button that asks the person for files.

import { h } from "../vendor/preact.js";
import { useRef } from "../vendor/hooks.js";
import { Button } from "../parts/button.js";

/**
 * @param {object} props
 * @param {string} props.label
 * @param {(files: File[]) => void} props.onFiles
 * @param {boolean} [props.iconOnly]
 * @param {boolean} [props.busy]
 * @param {boolean} [props.several]
 * @param {string} [props.accept] types
 */
export function FileButton({ label, onFiles, iconOnly, busy = false, several = false, accept }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const take = (/** @type {any} */ event) => {
    onFiles([...event.target.files]);
    event.target.value = ""; // the same file can be chosen again
  };
  return h(
    "span",
    { class: "file-button" },
    h("input", { ref: input, type: "file", hidden: true, multiple: several, accept: accept ?? "", onChange: take }),
    h(Button, { label, icon: "paperclip", iconOnly: iconOnly ?? false, disabled: busy, onClick: () => input.current?.click() }),
  );
}
