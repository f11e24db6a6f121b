// Files beside a text: what is attached, and what WhatsApp does not take.

import { h } from "../vendor/preact.js";
import { attach, attachedTo, detach, refusedFor } from "../attachments.js";
import { formatNumber, t } from "../i18n.js";
import { kindOf } from "../model/files.js";
import { Button } from "../parts/button.js";
import { fileIcon, Icon } from "../parts/icon.js";

const KILOBYTE = 1024;

/** @type {(conversation: string, files: readonly File[]) => void} */
export const attachFiles = (conversation, files) => files.forEach((file) => attach(conversation, file, file.name));

/** @param {{conversation: string}} props */
export function AttachedFiles({ conversation }) {
  const files = attachedTo(conversation);
  const refused = refusedFor(conversation);
  const remove = (/** @type {string} */ id, /** @type {string} */ name) =>
    h(Button, { label: t("attach.remove", { name }), icon: "x", iconOnly: true, onClick: () => detach(conversation, id) });
  return [
    files.length > 0 &&
      h("ul", { key: "files", class: "attached", "aria-label": t("attach.name") }, files.map(({ id, file, name }) =>
        h(
          "li",
          { key: id },
          h(Icon, { name: fileIcon(kindOf(file.type) ?? "document") }), h("bdi", null, name),
          h("span", { class: "quiet" }, sizeOf(file.size)), remove(id, name),
        ))),
    ...refused.map(({ id, name, problem }) =>
      h("div", { key: id, class: "attach-refused", role: "alert" }, h("span", { dir: "auto" }, t(problem ?? "", { name })), remove(id, name))),
  ];
}

/** @param {number} bytes */
const sizeOf = (bytes) =>
  bytes < KILOBYTE * KILOBYTE
    ? t("attach.kilobytes", { size: formatNumber(Math.max(1, Math.round(bytes / KILOBYTE))) })
    : t("attach.megabytes", { size: formatNumber(Math.round((bytes / KILOBYTE / KILOBYTE) * 10) / 10) });

/**
 * Takes files that are pasted or dropped.
 * @param {string | null} conversation null: files can't be sent there
 */
export const filePaths = (conversation) =>
  conversation === null
    ? {}
    : {
        onPaste: (/** @type {ClipboardEvent} */ event) => take(conversation, event, event.clipboardData),
        onDragOver: (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") && event.preventDefault(),
        onDrop: (/** @type {DragEvent} */ event) => take(conversation, event, event.dataTransfer),
      };

/** @type {(conversation: string, event: Event, data: DataTransfer | null) => void} */
function take(conversation, event, data) {
  const files = [...(data?.files ?? [])];
  if (!files.length) return;
  event.preventDefault();
  attachFiles(conversation, files);
}
