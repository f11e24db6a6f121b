import assert from "node:assert/strict";
import { test } from "node:test";

import { longestWaiting } from "../../desk/model/next.js";
import { belongs, listOf, merge } from "../../desk/model/rows.js";

const row = (id, more = {}) => ({
  conversationId: id, version: 1, status: "open", queue: "billing", agent: null, priority: "normal",
  waitingSince: null, lastMessageAt: "2026-11-30T10:00:00Z", held: 0, failed: 0, ...more,
});
const rowsOf = (...rows) => merge(new Map(), rows);

test("a row stands over an older one only", () => {
  const rows = rowsOf(row("a", { version: 2, queue: "sales" }));
  assert.equal(merge(rows, [row("a", { version: 1 })]), rows);
  assert.equal(merge(rows, [row("a", { version: 2 })]), rows);
  assert.equal(merge(rows, [row("a", { version: 3 })]).get("a").queue, "billing");
});

test("what may not be seen any more goes, unless a newer row came before", () => {
  const rows = rowsOf(row("a", { version: 5 }));
  assert.equal(merge(rows, [], [{ id: "a", version: 4 }]).get("a").gone, undefined);
  assert.equal(merge(rows, [], [{ id: "a", version: 6 }]).get("a").gone, true);
});

test("what one has handed on oneself goes, whichever comes first: that it is gone, or the answer to the hand-over", () => {
  const answer = row("a", { version: 5 });
  const gone = { id: "a", version: 5 };
  assert.equal(merge(rowsOf(answer), [], [gone]).get("a").gone, true);
  assert.equal(merge(merge(new Map(), [], [gone]), [answer]).get("a").gone, true);
});

for (const [name, place, given, expected] of [
  ["mine", { view: "mine" }, row("a", { agent: "ana" }), true],
  ["a colleague's", { view: "mine" }, row("a", { agent: "ben" }), false],
  ["mine, but closed", { view: "mine" }, row("a", { agent: "ana", status: "closed" }), false],
  ["of the queue", { view: "queue", queue: "billing" }, row("a"), true],
  ["of another queue", { view: "queue", queue: "sales" }, row("a"), false],
  ["with an answer", { view: "unanswered" }, row("a"), false],
  ["without an answer", { view: "unanswered" }, row("a", { waitingSince: "2026-11-30T10:00:00Z" }), true],
  ["held", { view: "held" }, row("a", { held: 1 }), true],
  ["failed, though closed", { view: "failed" }, row("a", { failed: 1, status: "closed" }), true],
  ["closed", { view: "closed" }, row("a", { status: "closed" }), true],
]) test(`a list has what belongs to it: ${name}`, () => assert.equal(belongs(given, place, "ana"), expected));

test("who waits longest comes first, then the newest of those who do not wait", () => {
  const rows = rowsOf(
    row("late", { waitingSince: "2026-11-30T10:05:00Z" }),
    row("old", { lastMessageAt: "2026-11-30T08:00:00Z" }),
    row("new", { lastMessageAt: "2026-11-30T09:00:00Z" }),
    row("early", { waitingSince: "2026-11-30T09:05:00Z" }),
  );
  const ids = listOf(rows, { view: "queue", queue: "billing" }, "ana", "waiting").map((one) => one.conversationId);
  assert.deepEqual(ids, ["early", "late", "new", "old"]);
});

test("of those who wait since the same second the one that began first comes first", () => {
  const waits = { waitingSince: "2026-11-30T10:00:00Z" };
  const rows = rowsOf(row("a-01M8NSXP5", waits), row("f-01M8NSXNE", waits));
  const ids = listOf(rows, { view: "queue", queue: "billing" }, "ana", "waiting").map((one) => one.conversationId);
  assert.deepEqual(ids, ["f-01M8NSXNE", "a-01M8NSXP5"]);
  assert.equal(longestWaiting(rows.values(), "ana").conversationId, "f-01M8NSXNE");
});

test("the most urgent come first when the person wants it so", () => {
  const rows = rowsOf(row("low", { priority: "low" }), row("urgent", { priority: "urgent" }), row("high", { priority: "high" }));
  const ids = listOf(rows, { view: "queue", queue: "billing" }, "ana", "priority").map((one) => one.conversationId);
  assert.deepEqual(ids, ["urgent", "high", "low"]);
});
