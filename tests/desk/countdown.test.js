import assert from "node:assert/strict";
import { test } from "node:test";

import { clock, hoursAndMinutes, leftOf } from "../../desk/model/countdown.js";

const NOW = Date.parse("2026-11-30T10:00:00Z");
const in_ = (ms) => new Date(NOW + ms).toISOString();

for (const [what, closesAt, state, ms] of [
  ["a day", in_(86_400_000), "open", 86_400_000],
  ["two hours", in_(7_200_000), "open", 7_200_000],
  ["a second less", in_(7_199_000), "closing", 7_199_000],
  ["fifteen minutes", in_(900_000), "closing", 900_000],
  ["a second less than that", in_(899_000), "soon", 899_000],
  ["this moment", in_(0), "closed", 0],
  ["the past", in_(-1), "closed", 0],
  ["never open", null, "closed", 0],
])
  test(`the window closes in: ${what}`, () => assert.deepEqual([leftOf(closesAt, NOW).state, leftOf(closesAt, NOW).ms], [state, ms]));

test("the ring empties with the day, and is never fuller than full", () => {
  assert.equal(leftOf(in_(43_200_000), NOW).share, 0.5);
  assert.equal(leftOf(in_(100_000_000), NOW).share, 1);
});

test("seconds are shown with two digits, and the last one until it is over", () => {
  assert.deepEqual([899_000, 61_000, 60_001, 60_000, 9_000, 1].map(clock), ["14:59", "1:01", "1:01", "1:00", "0:09", "0:01"]);
});

test("minutes are said below two hours, rounded up: nobody is told of less than there is", () => {
  assert.deepEqual(hoursAndMinutes(75_600_000), { hours: 21, minutes: 0 });
  assert.deepEqual(hoursAndMinutes(3_900_000), { hours: 1, minutes: 5 });
  assert.deepEqual(hoursAndMinutes(1_199_999), { hours: 0, minutes: 20 });
});
