// Bringing a file to the server, for a reply to one customer.

import { api } from "../api.js";
import { newId } from "../edge/browser.js";

/**
 * @param {string} conversation
 * @param {Blob} file
 * @param {string} name
 * @param {object} [options]
 * @param {string} [options.key] Idempotency-Key
 * @param {(part: number) => void} [options.onProgress] told how much of it has gone, from 0 to 1
 * @returns {Promise<string>} its id, good for replies to that customer
 */
export async function uploadFile(conversation, file, name, { key = newId(), onProgress } = {}) {
  const { body } = await api("POST", `conversations/${conversation}/media`, {
    file, key, ...(onProgress ? { onProgress } : {}),
    headers: { "Content-Type": file.type || "application/octet-stream", "X-File-Name": encodeURIComponent(name) },
  });
  return body.mediaId;
}
