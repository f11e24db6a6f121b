import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { server } from "./browser.js";
import { closeSoon, closings } from "../../desk/actions/closing.js";
import { fallBehind, openThread } from "../../desk/actions/thread.js";

const conversation = { conversationId: "c1", version: 1, revision: 1, agent: "ana", queue: "q", tags: [], contact: {} };
const turns = async () => {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
};

test("a close of a conversation that fell behind meanwhile is done once it is loaded again, though nobody has it open", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  server.answer = (path) => (path.includes("/messages") ? { items: [], nextCursor: null } : conversation);
  await openThread("c1");
  closeSoon("c1", "Ana", { code: null, tags: [], note: "" });
  fallBehind();
  mock.timers.tick(5_000);
  await turns();

  assert.ok(server.asked.includes("conversations/c1/close"));
  assert.equal(closings.value.size, 0);
});
