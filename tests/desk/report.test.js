import assert from "node:assert/strict";
import { test } from "node:test";

import { parts } from "../../desk/model/durations.js";
import { lastDays, scale, subjectOf } from "../../desk/model/report.js";

test("the last days end today", () => {
  const now = Date.parse("2026-11-30T23:59:00Z");
  assert.deepEqual(lastDays(now, 7), { from: "2026-11-24", to: "2026-11-30" });
  assert.deepEqual(lastDays(now, 1), { from: "2026-11-30", to: "2026-11-30" });
});

for (const highest of [0, 1, 3, 7, 10, 42, 999, 12_345])
  test(`the lines behind bars are few, whole, and reach ${highest}`, () => {
    const values = scale(highest);
    assert.ok(values.length >= 2 && values.length <= 6, String(values));
    assert.ok(values.every(Number.isInteger) && values[0] === 0 && values.at(-1) >= highest, String(values));
  });

test("a line is about its day, queue or agent, or about nobody", () => {
  assert.equal(subjectOf({ agent: null }, "agent"), null);
  assert.equal(subjectOf({ queue: "billing" }, "queue"), "billing");
});

for (const [seconds, expected] of [
  [0, ["seconds", 0, 0]], [59.6, ["minutes", 1, 0]], [250, ["minutes", 4, 10]], [3_660, ["hours", 1, 1]], [90_000, ["days", 1, 1]],
]) test(`a duration has its two largest units: ${seconds}`, () => {
  const { unit, value, rest } = parts(seconds);
  assert.deepEqual([unit, value, rest], expected);
});
