// Files that leave the desk for the person's own folder.

import { later } from "./time.js";

const KEPT_MS = 60_000;

/**
 * @param {Blob} content
 * @param {string} name
 */
export function saveFile(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  later(KEPT_MS, () => URL.revokeObjectURL(link.href));
}
