import assert from "node:assert/strict";
import { test } from "node:test";

import { afterReload, isDone, isTold, mayTakeBack, nextDue, ready, tryLater } from "../../desk/model/outbox.js";

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

test("the alarm is set for what can go next, not for what waits for others of its conversation", () => {
  assert.equal(nextDue([row("a", { due: 30 }), row("b", { due: 20, state: "undoable", conversationId: "d" })]), 20);
  assert.equal(nextDue([row("a", { due: 30 }), row("b", { due: 20 })]), 30);
  assert.equal(nextDue([row("a", { state: "posting" }), row("b")]), null);
  assert.equal(nextDue([]), null);
});

test("what the server may have is not taken back: it would be written twice", () => {
  const after = (status, left) => mayTakeBack(tryLater(row("a"), { code: "", status, retryAfter: null }, 0, left));
  assert.deepEqual([after(0), after(503), after(429), after(401)], [false, false, true, true]);
  assert.equal(after(0, false), true, "without a network nothing has left");
  assert.equal(mayTakeBack(tryLater({ ...row("a"), maybeSent: true }, { code: "", status: 429, retryAfter: null }, 0)), false);
  assert.deepEqual([mayTakeBack(row("a", { state: "undoable" })), mayTakeBack(row("a", { state: "posting" }))], [true, false]);
});

test("a try that came to nothing waits, longer each time, or as long as the server says", () => {
  const once = tryLater(row("a"), { code: "unreachable", status: 0, retryAfter: null }, 1_000);
  assert.deepEqual([once.state, once.due, once.tries], ["queued", 2_000, 1]);
  assert.equal(tryLater({ ...once, tries: 9 }, { code: "unavailable", status: 503, retryAfter: null }, 0).due, 30_000);
  assert.equal(tryLater(row("a"), { code: "recipient_rate_limited", status: 429, retryAfter: 24 }, 0).due, 24_000);
});

test("a reload sends again under the same key, and gives back what could still be taken back", () => {
  const { rows, givenBack } = afterReload([
    row("a", { state: "posting" }), row("b", { state: "undoable" }), row("c", { state: "accepted" }),
  ]);
  assert.deepEqual(rows, [row("a", { due: 0 })]);
  assert.deepEqual(keys(givenBack), ["b"]);
});

test("a row goes when its thread shows the reply, or is not open", () => {
  const sent = row("a", { state: "accepted", replyId: "r" });
  assert.equal(isDone(sent, { lines: [{ replyId: "r" }] }), true);
  assert.equal(isDone(sent, { lines: [{ replyId: "s" }, { replyId: null }] }), false);
  assert.equal(isDone(sent, undefined), true);
  assert.equal(isDone(row("b"), undefined), false);
});

test("what the server tells of before it has answered is not shown twice", () => {
  const line = { author: { id: "ana" }, text: "Yes", at: "2026-11-30T10:00:01Z" };
  const sent = row("a", { state: "posting", body: { text: "Yes" }, at: Date.parse("2026-11-30T10:00:00Z") });
  assert.equal(isTold(sent, [line], "ana"), true);
  assert.equal(isTold(sent, [line], "ben"), false);
  assert.equal(isTold(sent, [{ ...line, text: "No" }], "ana"), false);
  assert.equal(isTold(sent, [{ ...line, at: "2026-11-30T09:58:00Z" }], "ana"), false, "said before");
  assert.equal(isTold({ ...sent, state: "queued" }, [line], "ana"), false, "it may not have left");
  assert.equal(isTold({ ...sent, body: {} }, [{ ...line, text: undefined }], "ana"), false, "a file has no words");
});
