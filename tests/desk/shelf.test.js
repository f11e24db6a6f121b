import assert from "node:assert/strict";
import { test } from "node:test";

import { cut, leave, use } from "../../desk/model/shelf.js";

const shelf = ["a", "b", "c"].map((key) => ({ key, size: 20, users: 0, item: key }));
const keys = (files) => files.map(({ key }) => key);

test("over the limit the longest unused goes first", () => {
  assert.deepEqual(keys(cut(use(shelf, "a"), 40).kept), ["c", "a"]);
  assert.deepEqual(keys(cut(shelf, 60).dropped), []);
});

test("what somebody looks at stays, even over the limit, until nobody does", () => {
  const used = use(use(use(shelf, "a"), "a"), "b");
  assert.deepEqual(keys(cut(used, 0).kept), ["a", "b"]);
  assert.deepEqual(keys(cut(leave(used, "a"), 0).kept), ["a", "b"]);
  assert.deepEqual(keys(cut(leave(leave(used, "a"), "a"), 0).kept), ["b"]);
});
