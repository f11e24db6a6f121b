import assert from "node:assert/strict";
import { test } from "node:test";

import { afterReload, nextDue, ready, tryLater, withoutShown } from "../../desk/model/outbox.js";

const row = (key, more = {}) => ({ key, conversationId: "c", state: "queued", due: 0, tries: 0, ...more });
const keys = (rows) => rows.map((one) => one.key);

test("one at a time goes out of a conversation, the oldest first", () => {
  assert.deepEqual(keys(ready([row("a"), row("b"), row("x", { conversationId: "d" })], 0)), ["a", "x"]);
  assert.deepEqual(keys(ready([row("a", { state: "posting" }), row("b")], 0)), []);
  assert.deepEqual(keys(ready([row("a", { state: "accepted" }), row("b")], 0)), ["b"]);
});

test("what waits for its next try keeps the later ones of its conversation back", () => {
  assert.deepEqual(keys(ready([row("a", { due: 10 }), row("b")], 5)), []);
});

test("the alarm is set for what is due next", () => {
  assert.equal(nextDue([row("a", { due: 30 }), row("b", { due: 20, state: "undoable" }), row("c", { state: "posting" })]), 20);
  assert.equal(nextDue([]), null);
});

test("a try that came to nothing waits, longer each time, or as long as the server says", () => {
  const once = tryLater(row("a"), { code: "unreachable", retryAfter: null }, 1_000);
  assert.deepEqual([once.state, once.due, once.tries], ["queued", 2_000, 1]);
  assert.equal(tryLater({ ...once, tries: 9 }, { code: "unavailable", retryAfter: null }, 0).due, 30_000);
  assert.equal(tryLater(row("a"), { code: "recipient_rate_limited", retryAfter: 24 }, 0).due, 24_000);
});

test("a reload sends again under the same key, and gives back what could still be taken back", () => {
  const { rows, givenBack } = afterReload([row("a", { state: "posting" }), row("b", { state: "undoable" })]);
  assert.deepEqual(rows, [row("a", { due: 0 })]);
  assert.deepEqual(keys(givenBack), ["b"]);
});

test("a row goes when the thread of its conversation shows its reply", () => {
  const rows = [row("a", { replyId: "r" }), row("b", { replyId: "s" })];
  assert.deepEqual(keys(withoutShown(rows, new Set(["r"]), "c")), ["b"]);
  assert.equal(withoutShown(rows, new Set(["r"]), "another").length, 2);
});
