import assert from "node:assert/strict";
import { test } from "node:test";

import { ageOf, dayOf } from "../../desk/model/ages.js";
import { alertOf, isUnseen } from "../../desk/model/alerts.js";
import { longestWaiting } from "../../desk/model/next.js";
import { comingTimes } from "../../desk/model/waits.js";

const row = (more = {}) => ({ conversationId: "c", status: "active", agent: null, offer: null, unread: 0, version: 2, waitingSince: "2026-11-30T09:00:00Z", ...more });
const offer = { agent: "ana", expiresAt: "2026-11-30T10:00:00Z" };
const before = (more = {}) => row({ version: 1, ...more });

for (const [what, now, known, alert] of [
  ["it is offered to me", row({ status: "open", offer }), undefined, "offer"],
  ["it is still offered to me", row({ status: "open", offer, unread: 1 }), before({ offer }), null],
  ["I accepted it", row({ agent: "ana" }), before({ offer }), null],
  ["it is given to me", row({ agent: "ana" }), before({ agent: "ben" }), "assigned"],
  ["it is given to me, and I never saw it", row({ agent: "ana" }), undefined, "assigned"],
  ["my customer writes", row({ agent: "ana", unread: 2 }), before({ agent: "ana", unread: 1 }), "message"],
  ["I read it", row({ agent: "ana" }), before({ agent: "ana", unread: 1 }), null],
  ["somebody waits whom nobody has", row({ status: "open", unread: 1 }), undefined, "queue"],
  ["it is offered to somebody else", row({ status: "open", unread: 1, offer: { ...offer, agent: "ben" } }), undefined, "others"],
  ["a colleague's customer writes", row({ agent: "ben", unread: 1 }), before({ agent: "ben" }), "others"],
  ["I know it already", row({ agent: "ana", unread: 1 }), row({ agent: "ben" }), null],
  ["it is closed", row({ agent: "ana", status: "closed", unread: 1 }), undefined, null],
])
  test(`alerts: ${what}`, () => assert.equal(alertOf(now, known, "ana"), alert));

test("a person is called again only as long as there is something to see", () => {
  const mine = row({ agent: "ana", unread: 1 });
  assert.equal(isUnseen(mine, "ana"), true);
  for (const seen of [{ ...mine, unread: 0 }, { ...mine, agent: "ben" }, { ...mine, status: "closed" }, { ...mine, gone: true }, undefined])
    assert.equal(isUnseen(seen, "ana"), false);
});

test("next is who has waited longest, of mine and of those whom nobody has", () => {
  const rows = [
    row({ conversationId: "other", agent: "ben", waitingSince: "2026-11-30T08:00:00Z" }),
    row({ conversationId: "offered", offer, waitingSince: "2026-11-30T08:01:00Z" }),
    row({ conversationId: "gone", gone: true, waitingSince: "2026-11-30T08:02:00Z" }),
    row({ conversationId: "answered", agent: "ana", waitingSince: null }),
    row({ conversationId: "free", waitingSince: "2026-11-30T09:02:00Z" }),
    row({ conversationId: "mine", agent: "ana", waitingSince: "2026-11-30T09:01:00Z" }),
  ];
  assert.equal(longestWaiting(rows, "ana")?.conversationId, "mine");
  assert.equal(longestWaiting(rows, "ana", "mine")?.conversationId, "free");
  assert.equal(longestWaiting([], "ana"), null);
});

test("ages are said in the unit that matters", () => {
  const now = Date.parse("2026-11-30T12:00:00Z");
  const ages = [59, 60, 3_599, 3_600, 86_399, 86_400, -5].map((ago) => ageOf(new Date(now - ago * 1_000).toISOString(), now));
  assert.deepEqual(ages.map(({ unit, value }) => `${value} ${unit}`), ["0 now", "1 minutes", "59 minutes", "1 hours", "23 hours", "1 days", "0 now"]);
});

test("days are those of the calendar, not of 24 hours", () => {
  const at = (day, hour) => new Date(2026, 10, day, hour).getTime();
  assert.deepEqual([at(30, 1), at(29, 23), at(28, 23), at(31, 1)].map((moment) => dayOf(moment, at(30, 0))), ["today", "yesterday", "other", "tomorrow"]);
});

test("a conversation can be set aside until times to come", () => {
  for (const day of [0, 1, 2, 3, 4, 5, 6]) {
    const now = new Date(2026, 10, 23 + day, 14, 3).getTime();
    const times = comingTimes(now);
    assert.ok(times.every((time) => time.getTime() > now));
    assert.deepEqual(times.slice(0, 2).map((time) => time.getMinutes()), [15, 15]);
    assert.ok(times.slice(2).every((time) => time.getHours() === 9));
    assert.equal(new Set(times.map(Number)).size, times.length);
  }
});
