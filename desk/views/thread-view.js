// The messages of a conversation, oldest first, and what is on its way.

import { h } from "../vendor/preact.js";
import { useMemo } from "../vendor/hooks.js";
import { loadOlder } from "../actions/thread.js";
import { t } from "../i18n.js";
import { useCommands } from "../keys.js";
import { shownName } from "../model/names.js";
import { isTold } from "../model/outbox.js";
import { byMessageId, isFromCustomer, itemsOf } from "../model/thread-items.js";
import { outbox } from "../outbox.js";
import { Button } from "../parts/button.js";
import { me } from "../state.js";
import { OutboxMessage } from "./message-outbox.js";
import { ThreadItem } from "./thread-item.js";
import { ThreadProblem } from "./thread-problem.js";
import { useOpening, useReading } from "./thread-reading.js";
import { useThreadScrolling } from "./thread-scrolling.js";

/** @typedef {import("../state.js").Thread} Thread */

/** @param {{thread: Thread}} props of a conversation that is loaded */
export function ThreadView({ thread }) {
  const { id, lines } = thread;
  const opening = useOpening(thread);
  const newFrom = opening?.newFrom ?? null;
  const byId = useMemo(() => byMessageId(lines), [lines]);
  const items = useMemo(() => itemsOf(lines, newFrom, byId), [lines, newFrom, byId]);
  const keys = useMemo(() => items.map(({ key }) => key), [items]);
  const sent = outbox.value.filter((row) => row.conversationId === id);
  const scroll = useThreadScrolling({ id, keys, sentAt: sent.at(-1)?.at ?? 0, startAt: newFrom && "new" });
  const { start, stop } = scroll.range;
  useReading(thread, scroll.atEnd);
  useCommands({ bottom: scroll.toEnd, ...(newFrom ? { newLine: () => scroll.toItem("new") } : {}) });

  return h(
    "div",
    { class: "thread" },
    h(ThreadProblem, { thread }),
    h(
      "div",
      { role: "log", "aria-label": t("thread.name"), class: "thread-box", tabIndex: 0, ref: scroll.box, onScroll: scroll.onScroll },
      h(
        "div",
        { class: "thread-lines", ref: scroll.list },
        start === 0 && h(Beginning, { key: "beginning", thread }),
        items.slice(start, stop).map((item) =>
          h(ThreadItem, {
            key: item.key, item, thread, byId, name: shownName(thread.conversation?.contact),
            marked: item.key === scroll.marked, spoken: opening !== null && isNews(item) && item.line.at > opening.until,
            onJump: scroll.toItem,
          })),
        stop === items.length && sent.filter((row) => !isTold(row, lines, me.value?.agentId ?? "")).map((row) => h(OutboxMessage, { key: row.key, row })),
      ),
    ),
    !scroll.atEnd && h(ToEnd, { missed: items.slice(keys.lastIndexOf(scroll.seen ?? "") + 1).filter(isNews).length, onClick: scroll.toEnd }),
  );
}

/**
 * What stands above the oldest message: older ones can be loaded, or what the way to WhatsApp can't carry.
 * @param {{thread: Thread}} props
 */
const Beginning = ({ thread: { id, older, loadingOlder } }) =>
  older
    ? h("p", { class: "line" }, h(Button, { label: t("thread.older"), onClick: () => void loadOlder(id), disabled: loadingOlder }))
    : h("details", { class: "line limits" }, h("summary", null, t("thread.limits")), h("p", null, t("thread.limitsWhat")));

/** @param {{missed: number, onClick: () => void}} props */
const ToEnd = ({ missed, onClick }) =>
  h(Button, { label: missed ? t("thread.missed", { count: missed }) : t("thread.toEnd"), icon: "chevron-down", class: "to-end", onClick });

/** @type {(item: import("../model/thread-items.js").Item) => item is import("../model/thread-items.js").MessageItem} */
const isNews = (item) => item.type === "message" && isFromCustomer(item.line);
