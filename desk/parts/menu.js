// A button with a menu of choices, of which one holds: the WAI-ARIA menu button.

import { h } from "../vendor/preact.js";
import { useEffect, useId, useRef, useState } from "../vendor/hooks.js";
import { step, stepBy } from "../model/choices.js";
import { useCommands } from "../keys.js";
import { Button } from "./button.js";

/**
 * @param {object} props
 * @param {string} props.label
 * @param {string} [props.icon]
 * @param {string} [props.class]
 * @param {readonly {value: string, label: string}[]} props.items
 * @param {string} props.value that holds now
 * @param {(value: string) => void} props.onPick
 * @param {string} props.command that opens it
 * @param {string} [props.shortcut]
 */
export function Menu({ label, icon, items, value, onPick, command, shortcut, ...more }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const inside = (/** @type {string} */ selector) => /** @type {HTMLElement | null | undefined} */ (frame.current?.querySelector(selector));
  useCommands({ [command]: () => setOpen(true) });
  useEffect(() => {
    if (open) inside("[aria-checked=true]")?.focus();
  }, [open]);
  const leave = () => {
    setOpen(false);
    inside("[aria-haspopup]")?.focus();
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const by = stepBy(event.key);
    const all = /** @type {HTMLElement[]} */ ([...(frame.current?.querySelectorAll("[role=menuitemradio]") ?? [])]);
    if (event.key === "Escape" && open) leave();
    else if (by && open) all[step(items, all.findIndex((one) => one === event.target), by)]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onFocusOut = (/** @type {FocusEvent} */ event) => {
    if (!frame.current?.contains(/** @type {Node | null} */ (event.relatedTarget))) setOpen(false);
  };
  return h(
    "div",
    { ref: frame, class: `menu-frame ${more.class ?? ""}`, onKeyDown, onFocusOut },
    h(Button, { label, icon, shortcut, onClick: () => setOpen(!open), rest: { "aria-haspopup": "menu", "aria-expanded": open, "aria-controls": id } }),
    open && h("div", { id, class: "menu", role: "menu", "aria-label": label }, items.map((item) => h("button", {
      key: item.value, type: "button", role: "menuitemradio", "aria-checked": item.value === value, tabIndex: -1,
      onClick: () => (leave(), onPick(item.value)),
    }, item.label))),
  );
}
