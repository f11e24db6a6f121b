// What can be done to the open conversation: buttons, keys, and the dialogs behind them.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { closings } from "../actions/closing.js";
import { busy, release, take, takeOver, wait, wrapUp } from "../actions/lifecycle.js";
import { t } from "../i18n.js";
import { useCommands } from "../keys.js";
import { infoIsShown, toggleInfo } from "../layout.js";
import { keyFor } from "../model/key-map.js";
import { Button } from "../parts/button.js";
import { onDemand } from "../parts/on-demand.js";
import { isMe } from "../people.js";
import { me } from "../state.js";
import { CloseDialog } from "./close-dialog.js";
import { learnReceivers, TransferDialog } from "./transfer-dialog.js";
import { WaitDialog } from "./wait-dialog.js";

/** @typedef {import("../types/shapes").Conversation} Conversation */
/** @typedef {"transfer" | "close" | "waitUntil" | "assign" | "explain"} Asked */

const AssignDialog = onDemand(async () => (await import("./assign-dialog.js")).AssignDialog);
const ExplainDialog = onDemand(async () => (await import("./explain-dialog.js")).ExplainDialog);

/** @param {{conversation: Conversation}} props */
export function ConversationActions({ conversation }) {
  const { conversationId: id } = conversation;
  const [asked, setAsked] = useState(/** @type {Asked | null} */ (null));
  const does = actionsOf(conversation, setAsked);
  useCommands(does);
  const onDone = () => setAsked(null);
  const button = (/** @type {keyof typeof ICONS} */ name, /** @type {Record<string, unknown>} */ more = {}) =>
    does[name] && h(Button, { key: name, label: t(`action.${name}`), icon: ICONS[name], onClick: does[name], shortcut: keyFor(name), disabled: busy.value.has(id), ...more });
  return h(
    "div",
    { class: "conversation-actions" },
    !does.takeOver && button("take", { tone: "primary" }),
    button("takeOver", { tone: "primary" }),
    button("wait"),
    button("waitUntil", { iconOnly: true, rest: { "aria-haspopup": "dialog" } }),
    button("transfer"),
    button("wrapUp"),
    does.assign && h(Button, { label: t("supervisor.assign"), icon: "users", onClick: does.assign }),
    does.explain && h(Button, { label: t("supervisor.explain"), icon: "circle-help", onClick: does.explain }),
    h("span", { class: "apart" }),
    h(Button, { label: t("action.info"), icon: "info", iconOnly: true, shortcut: keyFor("info"), onClick: does.info, rest: { "aria-pressed": infoIsShown.value } }),
    button("close"),
    asked === "transfer" && h(TransferDialog, { conversation, onDone }),
    asked === "waitUntil" && h(WaitDialog, { conversation, onDone }),
    asked === "close" && h(CloseDialog, { conversation, onDone }),
    asked === "assign" && h(AssignDialog, { ids: [id], onDone }),
    asked === "explain" && h(ExplainDialog, { id, onDone }),
  );
}

const ICONS = /** @type {const} */ ({
  take: "hand", takeOver: "hand", wait: "pause", waitUntil: "clock", transfer: "arrow-right-left", wrapUp: "circle-check", close: "archive",
});

/**
 * What this person may do now, by the names of the commands: the server's word, and nothing of our own.
 * @param {Conversation} conversation
 * @param {(what: Asked) => void} ask
 * @returns {Record<string, () => void>}
 */
function actionsOf({ conversationId: id, agent, allowed }, ask) {
  const may = (/** @type {Conversation["allowed"][number]} */ action) => allowed.includes(action) && !closings.value.has(id);
  const fromOther = Boolean(agent) && !isMe(agent);
  return {
    info: toggleInfo,
    ...(may("take") && (fromOther ? { takeOver: () => takeOver(id), take: () => takeOver(id) } : { take: () => take(id) })),
    ...(may("wait") && { wait: () => wait(id), waitUntil: () => ask("waitUntil") }),
    ...(may("transfer") && { transfer: () => void learnReceivers().then(() => ask("transfer")) }),
    ...(may("release") && { release: () => release(id) }),
    ...(may("wrapUp") && { wrapUp: () => wrapUp(id) }),
    ...(may("close") && { close: () => ask("close") }),
    ...(may("assign") && { assign: () => ask("assign") }),
    ...(me.value?.role !== "Agent" && { explain: () => ask("explain") }),
  };
}
