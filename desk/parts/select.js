// A native choice among a few: where nobody has to type to find what is meant.

import { h } from "../vendor/preact.js";

/**
 * @param {object} props
 * @param {string} props.label its name
 * @param {readonly {value: string | number, label: string, disabled?: boolean}[]} props.options
 * @param {string | number} props.value of the choice that was made
 * @param {(value: any) => void} props.onPick gets a value of the options
 */
export const Select = ({ label, options, value, onPick }) =>
  h("label", null, label, h("select", { value, onChange: (/** @type {any} */ event) => onPick(options[event.target.selectedIndex]?.value) },
    options.map((one) => h("option", { key: one.value, value: one.value, disabled: one.disabled }, one.label))));

/**
 * Values as options of a choice.
 * @template {string | number} T
 * @param {readonly T[]} values
 * @param {(value: T) => string} nameOf
 */
export const named = (values, nameOf) => values.map((value) => ({ value, label: nameOf(value) }));
