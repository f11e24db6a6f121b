// Files of messages: fetched with the person's rights, since an <img> carries none; shown by addresses of the page's own.

import { api } from "../api.js";
import { addressOf, forgetAddress, saveFile, saveFrom } from "../edge/files.js";
import { idOf } from "../model/messages.js";
import { cut, leave, use } from "../model/shelf.js";

/** @typedef {import("../state.js").Message} Message */
/** @typedef {{address: string, type: string}} File */

const MOST_BYTES = 50_000_000;
/** What is shown or played here; all else is only saved. */
const SHOWN = {
  image: ["image/jpeg", "image/png", "image/webp"],
  sticker: ["image/webp", "image/png"],
  audio: ["audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "video/mp4"],
  video: ["video/mp4", "video/3gpp"],
};

let shelf = /** @type {import("../model/shelf.js").Shelf<File>} */ ([]);
/** What is being fetched. @type {Map<string, Promise<Blob>>} */
const coming = new Map();

/** @param {Message} message */
const fileKey = (message) => `${message.conversationId}/media/${encodeURIComponent(idOf(message))}`;

/**
 * Whether a file of this type is shown as what its message calls it.
 * @type {(kind: string, type: string) => boolean}
 */
export const canShow = (kind, type) => SHOWN[/** @type {keyof typeof SHOWN} */ (kind)]?.includes(type) ?? false;

/**
 * Fetches the file of a message, or takes it from the shelf, and keeps it there until it is given back.
 * @param {Message} message
 * @returns {Promise<File>}
 * @throws {import("../api.js").ApiError} `media_gone`, `media_by_link`, …
 */
export async function borrow(message) {
  const key = fileKey(message);
  if (!find(key)) {
    const file = await fetchOnce(key);
    if (!find(key)) shelf = [...shelf, { key, size: file.size, users: 0, item: { address: addressOf(file), type: file.type } }];
  }
  shelf = use(shelf, key);
  tidy();
  return /** @type {File} */ (find(key));
}

/** Nobody looks at the file of this message any more. @param {Message} message */
export function giveBack(message) {
  shelf = leave(shelf, fileKey(message));
  tidy();
}

/**
 * Saves the file of a message; a large one by an address that opens it for a minute.
 * @param {Message} message
 */
export async function download(message) {
  const key = fileKey(message);
  const name = message.media?.fileName ?? "";
  const known = find(key);
  if (known) return saveFrom(known.address, name);
  try {
    saveFile(await fetchOnce(key), name);
  } catch (error) {
    if (/** @type {any} */ (error).code !== "media_by_link") throw error;
    saveFrom((await api("POST", `conversations/${key}/link`)).body.url);
  }
}

/** Forgets every file: somebody signs out. */
export function forgetFiles() {
  for (const { item } of shelf) forgetAddress(item.address);
  shelf = [];
}

/** @param {string} key @returns {File | undefined} */
const find = (key) => shelf.find((kept) => kept.key === key)?.item;

/** @param {string} key @returns {Promise<Blob>} */
function fetchOnce(key) {
  const running = coming.get(key) ?? api("GET", `conversations/${key}`, { as: "blob" }).then(({ body }) => body);
  coming.set(key, running);
  return running.finally(() => coming.delete(key));
}

function tidy() {
  const { kept, dropped } = cut(shelf, MOST_BYTES);
  shelf = kept;
  for (const { item } of dropped) forgetAddress(item.address);
}
