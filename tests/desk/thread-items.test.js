import assert from "node:assert/strict";
import { test } from "node:test";

import { byMessageId, firstUnread, itemsOf } from "../../desk/model/thread-items.js";

const CUSTOMER = { type: "customer", id: "zoe" };
const ANA = { type: "agent", id: "ana" };

const line = (id, at, more = {}) => ({
  messageId: id, replyId: null, at: `2026-11-30T${at}:00Z`, kind: "text", direction: "in", author: CUSTOMER, text: id, ...more,
});
const reply = (id, at, more = {}) => line(id, at, { direction: "out", author: ANA, ...more });
const system = (id, at) => line(id, at, { direction: "internal", kind: "note", author: { type: "system" } });
const itemsFor = (lines, newFrom = null) => itemsOf(lines, newFrom, byMessageId(lines));
const shape = (items) => items.map((item) => (item.type === "message" ? `${item.line.messageId}${item.first ? "!" : ""}` : item.type));

test("one sender is named once for what follows within five minutes", () => {
  const lines = [line("1", "10:00"), line("2", "10:04"), line("3", "10:10"), reply("4", "10:11"), reply("5", "10:12", { author: { type: "agent", id: "ben" } })];
  assert.deepEqual(shape(itemsFor(lines)), ["day", "1!", "2", "3!", "4!", "5!"]);
});

test("a note is no part of a run of replies, and a line of the app's ends a run", () => {
  const note = reply("2", "10:01", { direction: "internal", kind: "note" });
  assert.deepEqual(shape(itemsFor([reply("1", "10:00"), note, system("3", "10:02"), note])), ["day", "1!", "2!", "system", "2!"]);
});

test("another day has a line of its own", () => {
  const lines = [line("1", "10:00"), { ...line("2", "10:00"), at: "2026-12-02T10:00:00Z" }];
  assert.deepEqual(shape(itemsFor(lines)), ["day", "1!", "day", "2!"]);
});

test("what is new begins with the oldest of so many messages of the customer's", () => {
  const lines = [line("1", "10:00"), line("2", "10:01"), reply("3", "10:02"), line("4", "10:03")];
  assert.equal(firstUnread(lines, 0), null);
  assert.equal(firstUnread(lines, 2), "m:2");
  assert.equal(firstUnread(lines, 9), "m:1");
  assert.deepEqual(shape(itemsFor(lines, "m:2")), ["day", "1!", "new", "2!", "3!", "4!"]);
});

test("a reaction stands on its message, the newest one; without that message it is a line", () => {
  const to = (id, messageId, emoji, at) => line(id, at, { kind: "reaction", text: null, reaction: { messageId, emoji } });
  const lines = [reply("1", "10:00"), to("2", "1", "👍", "10:01"), to("3", "1", "❤️", "10:02"), to("4", "far", "👍", "10:03")];
  const items = itemsFor(lines);
  assert.deepEqual(shape(items), ["day", "1!", "system"]);
  assert.equal(items[1].reaction, "❤️");
  assert.equal(itemsFor([...lines, to("5", "1", null, "10:04")])[1].reaction, null);
});
