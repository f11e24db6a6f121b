// Buttons: every one is a <button> with words, or with a name that is read aloud.

import { h } from "../vendor/preact.js";
import { Icon } from "./icon.js";

/**
 * @param {object} props
 * @param {string} props.label what it is called, for eyes and screen readers
 * @param {() => void} [props.onClick]
 * @param {string} [props.icon]
 * @param {boolean} [props.iconOnly] the label is only read aloud, and shown when pointed at
 * @param {"primary" | "quiet" | "danger"} [props.tone]
 * @param {boolean} [props.disabled]
 * @param {string} [props.reason] why it is disabled
 * @param {string} [props.shortcut] the key that does the same
 * @param {"button" | "submit"} [props.type]
 * @param {string} [props.class]
 * @param {import("../vendor/preact.js").HTMLAttributes<HTMLButtonElement>} [props.rest] further attributes, `aria-expanded`
 */
export function Button({ label, onClick, icon, iconOnly, tone = "quiet", disabled, reason, shortcut, type = "button", rest, ...more }) {
  const hint = [iconOnly ? label : "", reason ?? "", shortcut ? `(${shortcut})` : ""].filter(Boolean).join(" ");
  return h(
    "button",
    {
      type, disabled, onClick,
      class: `button ${tone} ${iconOnly ? "icon-only" : ""} ${more.class ?? ""}`,
      title: hint || undefined,
      "aria-label": iconOnly ? label : undefined,
      "aria-keyshortcuts": shortcut,
      ...rest,
    },
    icon && h(Icon, { name: icon }),
    !iconOnly && h("span", null, label),
  );
}
