// A conversation in a list: who, since when, what was said last, and what is wrong with it.

import { h } from "../vendor/preact.js";
import { useMemo } from "../vendor/hooks.js";
import { draftOf } from "../drafts.js";
import { known, t } from "../i18n.js";
import { shownName } from "../model/names.js";
import { hashOf } from "../model/routes.js";
import { minutes } from "../clock.js";
import { Icon } from "../parts/icon.js";
import { Age, When } from "../parts/when.js";
import { agentName, isMe } from "../people.js";
import { computed } from "../vendor/signals.js";
import { WindowChip } from "./window-ring.js";

/** @typedef {import("../types/shapes").Row} Row */

/** A customer who waits longer is shown as one who does. */
const LONG_MS = 10 * 60_000;

/**
 * @param {object} props
 * @param {Row} props.row
 * @param {boolean} props.current it is open
 * @param {boolean} props.reachable the row of the list that Tab comes to
 * @param {boolean} props.showsQueue
 * @param {(id: string, here: boolean) => void} props.onPoint somebody points at it, or does not any more
 */
export function ConversationRow({ row, current, reachable, showsQueue, onPoint }) {
  const { conversationId: id, contact, unread } = row;
  const said = useMemo(() => computed(() => preview(row)), [row]); // a draft changes one text, and no row
  return h("li", null, h(
    "a",
    {
      class: "row", href: hashOf({ view: "conversation", id, info: false }), "data-id": id, tabIndex: reachable ? 0 : -1,
      "aria-current": current ? "true" : undefined,
      onPointerEnter: () => onPoint(id, true), onPointerLeave: () => onPoint(id, false),
      onFocus: () => onPoint(id, true), onBlur: () => onPoint(id, false),
    },
    h("span", { class: "row-line" },
      h("bdi", { class: `row-name ${unread ? "unread" : ""}` }, shownName(contact)), h(Since, { row })),
    h("span", { class: "row-line" }, h("span", { class: "row-preview", dir: "auto" }, said), h(Signs, { row, current, showsQueue })),
  ));
}

/** How long the customer has waited, or when something was said last. @param {{row: Row}} props */
function Since({ row: { waitingSince, lastMessageAt } }) {
  if (!waitingSince) return h("span", { class: "row-time" }, lastMessageAt && h(When, { at: lastMessageAt }));
  const long = minutes.value - Date.parse(waitingSince) > LONG_MS;
  return h("span", { class: `row-time ${long ? "long-wait" : ""}` }, long && `${t("row.waits")} `, h(Age, { since: waitingSince }));
}

/** @param {{row: Row, current: boolean, showsQueue: boolean}} props */
const Signs = ({ row, current, showsQueue }) =>
  h("span", { class: "row-signs" },
    h(Unread, { count: current ? 0 : row.unread }),
    showsQueue && h("span", { class: "chip" }, row.queue),
    row.status === "waiting" && sign("pause", "", t("row.waiting")),
    row.held > 0 && sign("hourglass", "held", t("row.held", { count: row.held })),
    row.failed > 0 && sign("triangle-alert", "bad", t("row.failed", { count: row.failed })),
    row.status !== "closed" && h(WindowChip, { closesAt: row.window.closesAt }));

/** Its room is kept, so that nothing moves when it comes and goes. @param {{count: number}} props */
const Unread = ({ count }) =>
  h("span", { class: `unread-count ${count ? "" : "none"}` }, count > 0 && [count, h("span", { key: "words", class: "visually-hidden" }, ` ${t("row.unread")}`)]);

/** @param {string} icon @param {string} tone @param {string} words */
const sign = (icon, tone, words) => h("span", { class: `sign ${tone}`, title: words }, h(Icon, { name: icon }), h("span", { class: "visually-hidden" }, words));

/** What was said last, or what matters more. @param {Row} row */
export function preview({ conversationId, lastMessage, agent, status }) {
  const draft = draftOf(conversationId, "reply") ?? draftOf(conversationId, "note");
  if (draft && status !== "closed") return t("row.draft", { text: draft.text });
  if (agent && !isMe(agent) && status !== "closed") return t("row.takenBy", { agent: agentName(agent) });
  if (!lastMessage) return "";
  const said = saidBy(lastMessage);
  return lastMessage.direction === "out" ? t("row.sent", { text: said }) : said;
}

/** @param {NonNullable<Row["lastMessage"]>} message */
function saidBy({ kind, preview: text }) {
  const itself = kind === "text" || (kind === "unsupported" && text); // the server has put it into words
  const name = !itself && known(`kind.${kind}`) ? t(`kind.${kind}`) : "";
  return name && text ? t("row.kind", { kind: name, text }) : name || text;
}
