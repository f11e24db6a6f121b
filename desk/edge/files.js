// Files in the browser: shown by an address of the page's own, and saved to the person's own folder.

import { later } from "./time.js";

const KEPT_MS = 60_000;

/** @param {Blob} file @returns {string} its address, until it is forgotten */
export const addressOf = (file) => URL.createObjectURL(file);

/** @param {string} address */
export const forgetAddress = (address) => URL.revokeObjectURL(address);

/**
 * @param {Blob} content
 * @param {string} name
 */
export function saveFile(content, name) {
  const address = addressOf(content);
  saveFrom(address, name);
  later(KEPT_MS, () => forgetAddress(address));
}

/**
 * Saves what is at an address, as a person does who follows a link to it.
 * @param {string} address
 * @param {string} [name] of the file; that of another origin brings its own
 */
export function saveFrom(address, name = "") {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.rel = "noopener noreferrer";
  link.click();
}
