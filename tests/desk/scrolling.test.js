import assert from "node:assert/strict";
import { test } from "node:test";

import { isAtEnd, MOST_SHOWN, newerThan, olderThan, rangeOf } from "../../desk/model/scrolling.js";

const keys = (count, from = 0) => Array.from({ length: count }, (_, at) => `${from + at}`);

test("a short thread is drawn whole, of a long one its end", () => {
  assert.deepEqual(rangeOf(keys(20), null), { start: 0, stop: 20 });
  assert.deepEqual(rangeOf(keys(2_000), null), { start: 2_000 - MOST_SHOWN, stop: 2_000 });
  assert.deepEqual(rangeOf(keys(2_000), "gone"), { start: 2_000 - MOST_SHOWN, stop: 2_000 });
});

test("every line comes into sight on the way to the beginning and back, and never more than the limit", () => {
  const all = keys(1_234);
  const seen = new Set();
  let last = null;
  for (let range = rangeOf(all, last); ; range = rangeOf(all, last)) {
    assert.ok(range.stop - range.start <= MOST_SHOWN);
    all.slice(range.start, range.stop).forEach((key) => seen.add(key));
    if (range.start === 0) break;
    last = olderThan(all, range);
  }
  assert.equal(seen.size, all.length);
  for (let range = rangeOf(all, last); range.stop < all.length; range = rangeOf(all, last)) last = newerThan(all, range);
  assert.equal(last, null);
});

test("what somebody looks at stays drawn when older lines come before it", () => {
  const all = [...keys(50, 300), ...keys(300)];
  const range = rangeOf(all, null, "0");
  assert.ok(range.start <= 0 && range.stop === MOST_SHOWN);
  assert.deepEqual(rangeOf(all, null, "299"), { start: 50, stop: 350 });
});

test("near the end is at the end; what is not laid out shows nothing", () => {
  assert.ok(isAtEnd({ scrollTop: 430, clientHeight: 500, scrollHeight: 1_000 }));
  assert.ok(!isAtEnd({ scrollTop: 400, clientHeight: 500, scrollHeight: 1_000 }));
  assert.ok(!isAtEnd({ scrollTop: 0, clientHeight: 0, scrollHeight: 0 }));
});
