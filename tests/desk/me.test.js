import assert from "node:assert/strict";
import { test } from "node:test";

import { server } from "./browser.js";
import { loadMe } from "../../desk/actions/me.js";
import { queues } from "../../desk/state.js";

test("a person sees all queues, however many pages they are", async () => {
  const pages = { first: { items: [{ name: "a" }], nextCursor: "second" }, second: { items: [{ name: "b" }], nextCursor: null } };
  server.answer = (path) =>
    path.startsWith("queues") ? pages[new URLSearchParams(path.split("?")[1]).get("cursor") ?? "first"] : { agentId: "ana", presence: "away" };
  await loadMe();
  assert.deepEqual(queues.value.map((queue) => queue.name), ["a", "b"]);
});
