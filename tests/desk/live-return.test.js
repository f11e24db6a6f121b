import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { happen, server } from "./browser.js";
import { openThread } from "../../desk/actions/thread.js";
import { startLive } from "../../desk/live.js";
import { place } from "../../desk/router.js";

const turns = async () => {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
};

test("a page that comes back after a moment, or after long, loads what is open once", async () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: Date.now() });
  server.answer = (path) => {
    if (path.startsWith("changes")) return new Promise(() => {});
    return path === "conversations/c1" ? { conversationId: "c1", version: 1, revision: 1 } : { items: [], nextCursor: null };
  };
  place.value = { view: "conversation", id: "c1", info: false };
  await openThread("c1");
  startLive();
  await turns();
  for (const seconds of [10, 61]) {
    mock.timers.tick(seconds * 1_000);
    server.asked.length = 0;
    happen("online");
    await turns();
    assert.equal(server.asked.filter((path) => path === "conversations/c1").length, 1, `${seconds} s`);
  }
});
