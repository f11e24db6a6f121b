import assert from "node:assert/strict";
import { test } from "node:test";

import { draftKey, isDraft, isDraftOf, isOlderThan, isStale } from "../../desk/model/drafts.js";

const DAY = 24 * 3_600_000;

test("drafts belong to a person, a conversation and a mode", () => {
  const key = draftKey("ana", "c", "note");
  assert.ok(isDraft(key) && isDraftOf("ana")(key) && !isDraftOf("an")(key));
  assert.notEqual(key, draftKey("ana", "c", "reply"));
});

test("a draft is forgotten after a week", () => {
  assert.equal(isStale({ text: "x", at: 0 }, 7 * DAY), false);
  assert.equal(isStale({ text: "x", at: 0 }, 7 * DAY + 1), true);
  assert.equal(isStale(null, 0), true);
});

test("words from before the customer's last message are told apart", () => {
  const draft = { text: "x", at: Date.parse("2026-11-30T10:00:00Z") };
  assert.equal(isOlderThan(draft, "2026-11-30T10:00:01Z"), true);
  assert.equal(isOlderThan(draft, "2026-11-30T09:59:59Z"), false);
  assert.equal(isOlderThan(draft, null), false);
});
