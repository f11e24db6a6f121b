// A part of a pane that opens and closes; it stays for the next customer as the person left it.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { kept } from "../edge/storage.js";

/** @param {{name: string, title: string, open?: boolean, children?: any}} props what is in it is drawn only while it is open */
export function Section({ name, title, open = false, children }) {
  const key = `desk.section.${name}`;
  const [shown, setShown] = useState(/** @type {boolean} */ (kept.read(key) ?? open));
  const onToggle = (/** @type {any} */ event) => {
    if (event.target.open === shown) return;
    kept.write(key, event.target.open);
    setShown(event.target.open);
  };
  return h("details", { class: "section", open: shown, onToggle }, h("summary", null, h("h3", null, title)), shown && children);
}
