// A field with choices that one types for: the WAI-ARIA combobox with a list.

import { h } from "../vendor/preact.js";
import { useEffect, useId, useRef, useState } from "../vendor/hooks.js";
import { t } from "../i18n.js";
import { best, matching, named, step, stepBy } from "../model/choices.js";

/** @typedef {import("../model/choices.js").Choice} Choice */

/**
 * @param {object} props
 * @param {string} props.label its name
 * @param {readonly Choice[]} props.options
 * @param {string | null} props.value of the choice that was made
 * @param {(value: string) => void} props.onPick
 * @param {(text: string) => void} [props.onQuery] what is typed, for one who finds the options elsewhere
 * @param {string} [props.placeholder]
 * @param {string} [props.problem] what is wrong with the choice
 * @param {boolean} [props.autoFocus]
 * @param {boolean} [props.alwaysOpen] the list is what one came for
 */
export function Combobox({ label, options, value, onPick, onQuery, placeholder, problem, autoFocus, alwaysOpen = false }) {
  const id = useId();
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  /** What is typed; null: nothing since the last choice. */
  const [typed, setTyped] = useState(/** @type {string | null} */ (null));
  const [opened, setOpen] = useState(false);
  const open = opened || alwaysOpen;
  const [active, setActive] = useState(-1);
  const chosen = options.find((option) => option.value === value);
  const shown = matching(options, onQuery ? "" : (typed ?? ""));
  const at = active < shown.length && !shown[active]?.disabled ? active : -1;

  useEffect(() => {
    if (autoFocus) field.current?.focus();
  }, []);

  const leave = () => {
    setOpen(false);
    setTyped(null);
    setActive(-1);
  };
  const pick = (/** @type {Choice | undefined} */ option) => {
    if (!option || option.disabled) return;
    leave();
    if (option.value !== value) onPick(option.value);
  };
  const type = (/** @type {string} */ text) => {
    setTyped(text);
    setOpen(true);
    setActive(text && !onQuery ? best(matching(options, text), text) : -1);
    onQuery?.(text);
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing) return;
    const by = stepBy(event.key);
    if (by) {
      setActive(step(shown, open ? at : shown.findIndex((option) => option.value === value) - by, by));
      setOpen(true);
    } else if (event.key === "Enter" && open) pick(shown[at] ?? named(shown, typed ?? ""));
    else if (event.key === "Escape" && open && !alwaysOpen) leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return h(
    "div",
    { class: "combobox" },
    h("label", { for: `${id}-field` }, label),
    h("input", {
      ref: field, id: `${id}-field`, type: "text", role: "combobox", autocomplete: "off", spellcheck: false, dir: "auto",
      placeholder: placeholder ?? "", value: typed ?? chosen?.label ?? "",
      "aria-autocomplete": "list", "aria-expanded": open ? "true" : "false", "aria-controls": `${id}-list`,
      "aria-activedescendant": open && at >= 0 ? `${id}-${at}` : undefined,
      "aria-invalid": problem ? "true" : undefined, "aria-describedby": problem ? `${id}-problem` : undefined,
      onInput: (/** @type {any} */ event) => type(event.target.value),
      onClick: () => setOpen(true), onKeyDown,
      onBlur: () => (pick(typed ? named(shown, typed) : undefined), leave()),
    }),
    open && h(Choices, { id, label, shown, at, value, onPick: pick, inPlace: alwaysOpen }),
    problem && h("p", { id: `${id}-problem`, class: "field-problem" }, problem),
  );
}

/**
 * @param {object} props
 * @param {string} props.id
 * @param {string} props.label
 * @param {readonly Choice[]} props.shown
 * @param {number} props.at the one that Enter would pick
 * @param {string | null} props.value
 * @param {(option: Choice) => void} props.onPick
 * @param {boolean} props.inPlace below the field, and not above what follows
 */
function Choices({ id, label, shown, at, value, onPick, inPlace }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (!inPlace) list.current?.showPopover?.(); // above dialogs, and not cut off by them
  }, []);
  useEffect(() => list.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" }), [at]);
  return h(
    "ul",
    { ref: list, id: `${id}-list`, role: "listbox", "aria-label": label, class: `combobox-list ${inPlace ? "in-place" : ""}`, popover: inPlace ? undefined : "manual" },
    shown.map((option, index) =>
      h(
        "li",
        {
          key: option.value, id: `${id}-${index}`, role: "option", "aria-selected": option.value === value ? "true" : "false",
          "aria-disabled": option.disabled ? "true" : undefined, "data-active": index === at ? "" : undefined,
          // the field keeps the focus
          onMouseDown: (/** @type {Event} */ event) => event.preventDefault(),
          onClick: () => onPick(option),
        },
        h("span", { dir: "auto" }, option.label),
        (option.reason ?? option.hint) && h("span", { class: "quiet", dir: "auto" }, option.reason ?? option.hint),
      ),
    ),
    shown.length === 0 && h("li", { role: "presentation", class: "quiet" }, t("combobox.none")),
  );
}
