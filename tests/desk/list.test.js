import assert from "node:assert/strict";
import { test } from "node:test";

import { among } from "../../desk/model/find.js";
import { inOrder, still } from "../../desk/model/list-order.js";
import { looksLikePhone, spaced, spoken } from "../../desk/model/phone.js";
import { receivers } from "../../desk/model/receivers.js";

const ids = (rows) => rows.map((row) => row.conversationId).join("");
const rows = (names) => [...names].map((conversationId) => ({ conversationId }));

for (const [before, wanted, shown] of [
  ["abc", "abc", "abc"],
  ["abc", "cab", "abc"],
  ["abc", "ac", "ac"],
  ["abc", "dabc", "abcd"],
  ["abc", "edcba", "abced"],
  ["", "ba", "ba"],
])
  test(`a list that is pointed at: ${before || "nothing"}, then ${wanted}`, () => {
    assert.equal(ids(still([...before], rows(wanted))), shown);
    assert.equal(inOrder(rows(shown), rows(wanted)), shown === wanted);
  });

const row = (conversationId, name, phone, more = {}) => ({ conversationId, contact: { name, phone }, status: "active", lastMessageAt: "2", ...more });
const KNOWN = [
  row("a", "Zoé Martin", "+33612345678"), row("b", "Chloé", "+33612345679", { status: "closed" }), row("c", null, "+4915112345678"),
  row("d", "Zoé Gone", "+33600000000", { gone: true }), row("e", "Chloé", null, { lastMessageAt: "1" }),
];

for (const [text, found] of [
  ["zoe", "a"], ["MARTIN zoé", "a"], ["chloe", "eb"], ["06 12 34 56 78", "a"], ["1511 234", "c"], ["33", ""], ["nobody", ""], ["  ", ""],
])
  test(`found by “${text}”`, () => assert.equal(ids(among(KNOWN, text)), found));

test("what may be a number", () => {
  for (const text of ["06 12 34 56 78", "+33 (0)6-12.34.56.78", "0033612345678", "+1/202/5550123"]) assert.ok(looksLikePhone(text), text);
  for (const text of ["Zoé 123456", "12345", "+33 6 x", "..-- ()"]) assert.ok(!looksLikePhone(text), text);
});

test("numbers are read in groups", () => {
  assert.equal(spaced("+33612345678"), "+33 6 12 34 56 78");
  assert.equal(spaced("+12025550123"), "+1 20 25 55 01 23");
  assert.equal(spaced("+351912345678"), "+351 9 12 34 56 78");
  assert.equal(spoken("+33612"), "+ 3 3, 6, 1 2");
});

test("a conversation is handed to queues and colleagues, and it is said why not to some", () => {
  const queue = (name, more = {}) => ({ name, configured: true, open: true, opensAt: null, length: 0, ...more });
  const agent = (agentId, more = {}) => ({ agentId, name: agentId, active: true, load: 0, capacity: 100, ...more });
  const found = receivers(
    [queue("own"), queue("closed", { open: false }), queue("night", { open: false, opensAt: "2026-12-01T08:00:00Z" }), queue("old", { configured: false })],
    [agent("me"), agent("ben"), { agentId: "zoe", name: "Zoé", presence: "away" }, agent("full", { load: 100 }), agent("left", { active: false })],
    { queue: "own", agent: "me" }, { agentId: "me", role: "Agent" },
  );
  assert.deepEqual(found.map(({ id, reason }) => [id, reason]), [
    ["own", null], ["closed", "closed"], ["night", "closedUntil"], ["old", "gone"], ["ben", null], ["zoe", null], ["full", "full"],
  ]);
  const open = receivers([queue("own"), queue("closed", { open: false })], [agent("me")], { queue: "own", agent: null }, { agentId: "sam", role: "Supervisor" });
  assert.deepEqual(open.map(({ id, reason }) => [id, reason]), [["closed", null], ["me", null]]);
});
