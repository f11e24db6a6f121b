// Icons of Lucide, drawn as vectors. They are never alone: words or a name stand beside them.

import { h } from "../vendor/preact.js";
import { ICONS } from "../vendor/icons.js";

/**
 * @param {object} props
 * @param {string} props.name of Lucide's, listed in vendor/icons.js
 * @param {16 | 20} [props.size] pixels
 */
export const Icon = ({ name, size = 16 }) =>
  h(
    "svg",
    {
      class: "icon", width: size, height: size, viewBox: "0 0 24 24", fill: "none", stroke: "currentColor",
      "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true", focusable: "false",
    },
    (ICONS[name] ?? []).map(([element, attributes], index) => h(element, { key: index, ...attributes })),
  );

/** @type {Readonly<Record<string, string>>} */
const OF_FILES = { image: "image", sticker: "image", video: "play", audio: "mic", document: "file-text" };

/** @param {string} kind of a message with a file @returns {string} the name of its icon */
export const fileIcon = (kind) => OF_FILES[kind] ?? "file";
