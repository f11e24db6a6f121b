import assert from "node:assert/strict";
import { test } from "node:test";

import { bodyOf, due, lastHeard } from "../../desk/model/closing.js";

const lines = [{ direction: "in", at: "10:00" }, { direction: "out", at: "10:01" }, { direction: "internal", at: "10:02" }];
const closing = { id: "1", name: "Ana", ending: { code: null, tags: [], note: "" }, heard: "10:00" };

for (const [what, now, busy, done] of [
  ["nothing happened", lines, false, "close"],
  ["a reply is still on its way", lines, true, "wait"],
  ["the reply has gone", [...lines, { direction: "out", at: "10:03" }], false, "close"],
  ["the customer wrote", [...lines, { direction: "in", at: "10:03" }], false, "keep"],
  ["the customer wrote, and a reply is on its way", [...lines, { direction: "in", at: "10:03" }], true, "keep"],
])
  test(`a close whose time has come: ${what}`, () => assert.equal(due(closing, now, busy), done));

test("a conversation in which nobody wrote can be closed", () => assert.equal(lastHeard([lines[1]]), null));

test("what was not said is left out, but tags that were taken away are", () => {
  assert.deepEqual(bodyOf({ code: null, tags: [], note: " " }), { tags: [] });
  assert.deepEqual(bodyOf({ code: "solved", tags: ["vip"], note: " paid " }), { wrapUpCode: "solved", tags: ["vip"], note: "paid" });
});
