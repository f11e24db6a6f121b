// Something that is on or off: a box to tick, and its name.

import { h } from "../vendor/preact.js";

/** @param {{label: string, on: boolean, onChange: (on: boolean) => void}} props */
export const Switch = ({ label, on, onChange }) =>
  h("label", { class: "check" }, h("input", { type: "checkbox", checked: on, onChange: (/** @type {any} */ event) => onChange(event.target.checked) }), label);
