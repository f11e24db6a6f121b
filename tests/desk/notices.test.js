import assert from "node:assert/strict";
import { test } from "node:test";

import "./browser.js";
import { tell } from "../../desk/actions/notices.js";
import { notices } from "../../desk/state.js";

test("of many notices the oldest goes, but never one that undoes something", () => {
  tell("bad", "undo", { action: { label: "Undo", act: () => {} } });
  for (const text of ["a", "b", "c", "d"]) tell("bad", text);
  assert.deepEqual(notices.value.map(({ text }) => text), ["undo", "b", "c", "d"]);
});
