import assert from "node:assert/strict";
import { test } from "node:test";

import { server } from "./browser.js";
import { closeNow, transfer } from "../../desk/actions/lifecycle.js";
import { openThread } from "../../desk/actions/thread.js";
import { notices } from "../../desk/state.js";

const SEEN = { version: 1, revision: 1, agent: "ana", queue: "sales", status: "active", tags: [], lastMessageAt: "2026-11-30T10:00:00Z" };

/** A server on which a conversation has changed since it was opened; what it was asked to do, with which version. */
async function changedSinceOpened(id, changes) {
  const asked = [];
  let stored = { ...SEEN, conversationId: id };
  server.answer = (path, { method, headers }) => {
    if (path.includes("/messages")) return { items: [], nextCursor: null };
    const etag = `"${stored.version}"`;
    if (method === "GET") return Response.json(stored, { headers: { etag } });
    asked.push(headers["If-Match"]);
    return headers["If-Match"] === etag
      ? Response.json(stored)
      : Response.json({ code: "changed_meanwhile" }, { status: 412 });
  };
  await openThread(id);
  stored = { ...stored, ...changes, version: 2, revision: 2 };
  notices.value = [];
  return asked;
}

test("what the customer wrote meanwhile goes along with a transfer, and nobody is bothered", async () => {
  const asked = await changedSinceOpened("one", { lastMessageAt: "2026-11-30T10:01:00Z", unread: 1 });
  assert.equal(await transfer("one", { queue: "billing" }), true);
  assert.deepEqual([asked, notices.value], [['"1"', '"2"'], []]);
});

test("what has passed into other hands meanwhile is not taken from there", async () => {
  const asked = await changedSinceOpened("two", { agent: "ben" });
  assert.equal(await transfer("two", { queue: "billing" }), false);
  assert.deepEqual([asked, notices.value.length], [['"1"'], 1]);
});

test("nothing is closed over words that nobody has read", async () => {
  const asked = await changedSinceOpened("three", { lastMessageAt: "2026-11-30T10:01:00Z" });
  assert.equal(await closeNow("three", {}), false);
  assert.deepEqual(asked, ['"1"']);
});
