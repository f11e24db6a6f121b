// The messages of a conversation, oldest first, and what is on its way.

import { h } from "../vendor/preact.js";
import { useMemo } from "../vendor/hooks.js";
import { loadOlder } from "../actions/thread.js";
import { t } from "../i18n.js";
import { useCommands } from "../keys.js";
import { shownName } from "../model/names.js";
import { byMessageId, isFromCustomer, itemsOf } from "../model/thread-items.js";
import { outbox } from "../outbox.js";
import { Button } from "../parts/button.js";
import { ThreadItem } from "./thread-item.js";
import { useOpening, useReading } from "./thread-reading.js";
import { useThreadScrolling } from "./thread-scrolling.js";
import { OutboxMessage } from "./message-outbox.js";

/** @typedef {import("../state.js").Thread} Thread */

/** @param {{thread: Thread}} props of a conversation that is loaded */
export function ThreadView({ thread }) {
  const { id, conversation, lines, older, loading } = thread;
  const name = shownName(conversation?.contact);
  const byId = useMemo(() => byMessageId(lines), [lines]);
  const opening = useOpening(thread);
  const newFrom = opening?.newFrom ?? null;
  const items = useMemo(() => itemsOf(lines, newFrom, byId), [lines, newFrom, byId]);
  const waiting = outbox.value.filter((row) => row.conversationId === id);
  const keys = useMemo(() => items.map(({ key }) => key), [items]);
  const scroll = useThreadScrolling({ id, keys, sentAt: waiting.at(-1)?.at ?? 0, startAt: newFrom && "new" });
  const missed = scroll.atEnd ? 0 : items.slice(keys.lastIndexOf(scroll.seen ?? "") + 1).filter(isNews).length;
  useReading(thread, scroll.atEnd);
  useCommands({ bottom: scroll.toEnd, ...(newFrom ? { newLine: () => scroll.toItem("new") } : {}) });

  return h(
    "div",
    { class: "thread" },
    h(
      "div",
      { role: "log", "aria-label": t("thread.name"), class: "thread-box", tabIndex: 0, ref: scroll.box, onScroll: scroll.onScroll },
      h(
        "div",
        { class: "thread-lines", ref: scroll.list },
        scroll.range.start === 0 && older && h(
          "p",
          { key: "older", class: "line" },
          h(Button, { label: t("thread.older"), onClick: () => void loadOlder(id), disabled: loading }),
        ),
        scroll.range.start === 0 && !older && h(Limits, { key: "limits" }),
        items.slice(scroll.range.start, scroll.range.stop).map((item) =>
          h(ThreadItem, {
            key: item.key, item, thread, name, byId, marked: item.key === scroll.marked, onJump: scroll.toItem,
            spoken: isNews(item) && opening !== null && item.line.at > opening.until,
          })),
        scroll.range.stop === keys.length && waiting.map((row) => h(OutboxMessage, { key: row.key, row })),
      ),
    ),
    !scroll.atEnd && h(Button, {
      label: missed ? t("thread.missed", { count: missed }) : t("thread.toEnd"), icon: "chevron-down", class: "to-end", onClick: scroll.toEnd,
    }),
  );
}

/** What the way to WhatsApp can't carry, at the beginning of every thread. */
const Limits = () => h("details", { class: "line limits" }, h("summary", null, t("thread.limits")), h("p", null, t("thread.limitsWhat")));

/** @type {(item: import("../model/thread-items.js").Item) => item is import("../model/thread-items.js").MessageItem} */
const isNews = (item) => item.type === "message" && isFromCustomer(item.line);
