// What a message says, by its kind.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { carried, referralIn } from "../model/carried.js";
import { Icon } from "../parts/icon.js";
import { MediaBox } from "./media-box.js";
import { About, CarriedThing, Referred } from "./message-carried.js";
import { RichText } from "./rich-text.js";

/** @typedef {import("../state.js").Message} Message */

/** @param {{line: Message}} props */
export function MessageContent({ line }) {
  const { kind, text, media, reply, data } = line;
  const found = carried(line);
  const referral = referralIn(data);
  const about = kind === "unsupported" ? ABOUT[line.originalKind?.toLowerCase() ?? ""] : undefined;
  const words = found ? null : (text ?? media?.caption); // of what is drawn the server's text says the same
  return h(
    "div",
    { class: "content" },
    referral && h(Referred, referral),
    kind === "template" && h(TemplateName, { line }),
    isFile(kind) && h(MediaBox, { message: line }),
    (kind === "button" || kind === "list") && h(Choice, { kind, words: reply?.title ?? text ?? reply?.payload ?? "" }),
    found && h(CarriedThing, { found }),
    about && h(About, { icon: about.icon, words: t(about.words) }),
    kind === "unsupported" && !found && !about && h("p", { class: "quiet" }, t("message.unsupported", { kind: line.originalKind ?? "?" })),
    words && kind !== "button" && kind !== "list" && h(RichText, { text: words }),
    data && !found && Object.keys(data).some((name) => name !== "referral" || !referral) && h(
      "details",
      { class: "data" },
      h("summary", null, t("message.data")),
      h("pre", { tabIndex: 0, dir: "ltr" }, JSON.stringify(data, null, 2)),
    ),
  );
}

/** What is about an earlier message, by the channel's words. @type {Readonly<Record<string, {icon: string, words: string}>>} */
const ABOUT = { edit: { icon: "pencil", words: "message.edited" }, revoke: { icon: "x", words: "message.revoked" } };

/** A message in few words. @param {Message} message */
export const summary = ({ kind, text, media, reply }) => text || media?.caption || reply?.title || t(`kind.${kind}`);

/** @param {string} kind */
const isFile = (kind) => ["image", "document", "audio", "video", "sticker"].includes(kind);

/** @param {{line: Message}} props */
const TemplateName = ({ line: { template, text } }) =>
  h(
    "p",
    { class: "what" },
    h(Icon, { name: "layout-template" }),
    h("span", null, t("message.template", { name: template?.name ?? "", language: template?.language ?? "" })),
    !text && template?.parameters.length ? h("bdi", null, template.parameters.join(" · ")) : null,
  );

/** @param {{kind: "button" | "list", words: string}} props */
const Choice = ({ kind, words }) =>
  h("p", { class: "what choice" }, h(Icon, { name: kind === "list" ? "list" : "circle-check" }), h("bdi", { title: t(`kind.${kind}`) }, words));
