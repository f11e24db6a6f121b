// What WhatsApp takes of each kind of file. The server decides by the first bytes; this says so before they travel.

/** @typedef {"image" | "video" | "audio" | "document"} FileKind */

const MEGABYTE = 1024 * 1024;
/** What an upload may have. */
const LARGEST = 16 * MEGABYTE;
const LARGEST_IMAGE = 5 * MEGABYTE;

const OFFICE = "application/vnd.openxmlformats-officedocument.";
/** @type {Readonly<Record<FileKind, readonly string[]>>} */
const TYPES = {
  image: ["image/jpeg", "image/png"],
  video: ["video/mp4", "video/3gpp"],
  audio: ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/ogg"],
  document: [
    "application/pdf", "text/plain", "text/csv", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
    `${OFFICE}wordprocessingml.document`, `${OFFICE}spreadsheetml.sheet`, `${OFFICE}presentationml.presentation`,
  ],
};

/** All types that can be sent, as a file field names them. */
export const ACCEPTED = Object.values(TYPES).flat().join(",");

/** @param {string} type @returns {FileKind | null} null: WhatsApp takes no such file */
export const kindOf = (type) =>
  /** @type {FileKind[]} */ (Object.keys(TYPES)).find((kind) => TYPES[kind].includes(type.split(";")[0] ?? "")) ?? null;

/**
 * @param {{type: string, size: number}} file
 * @returns {string | null} the key of the words that say why it can't be sent
 */
export function problemOf({ type, size }) {
  const kind = kindOf(type);
  if (kind === null) return "attach.problem.type";
  if (size === 0) return "attach.problem.empty";
  if (kind === "image" && size > LARGEST_IMAGE) return "attach.problem.image";
  return size > LARGEST ? "attach.problem.large" : null;
}

/** Whether words can stand under a file. @param {string} kind of its message */
export const takesCaption = (kind) => kind !== "audio";

/**
 * @param {FileKind} kind
 * @param {string} name
 * @param {string} caption
 * @returns {Record<string, string>} the body of the reply, which names its upload later
 */
export const replyOf = (kind, name, caption) => ({
  kind,
  ...(caption ? { caption } : {}),
  ...(kind === "document" ? { fileName: name.slice(0, 240) } : {}),
});
