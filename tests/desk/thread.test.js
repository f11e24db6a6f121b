import assert from "node:assert/strict";
import { test } from "node:test";

import { server } from "./browser.js";
import { fallBehind, learnConversation, loadOlder, openThread, refreshThread } from "../../desk/actions/thread.js";
import { place } from "../../desk/router.js";
import { rows, threads } from "../../desk/state.js";

const conversation = (id, revision = 1) => ({ conversationId: id, version: revision, revision });
const line = (minute) => ({ messageId: `m${minute}`, kind: "text", direction: "in", at: new Date(minute * 60_000).toISOString() });
const page = (minutes, nextCursor = null) => ({ items: minutes.map(line), nextCursor });
const idsOf = (id) => threads.value.get(id).lines.map((one) => one.messageId);

/** The server has these messages of every conversation, the newest first, and these before them. */
const serve = (messages, before) => {
  server.answer = (path) => (path.includes("cursor=") ? before : path.includes("/messages") ? messages : conversation(path.split("/")[1]));
};

test("what is shown is never forgotten, however many others are loaded meanwhile", async () => {
  serve(page([1]));
  place.value = { view: "conversation", id: "shown", info: false };
  await openThread("shown");
  for (let other = 0; other < 40; other++) await openThread(`other${other}`);

  assert.ok(threads.value.has("shown"));
  assert.ok(threads.value.size <= 30);
});

test("a page that does not reach back to what is known stands alone, so that no line between is missing", async () => {
  serve(page([3, 2, 1]));
  await openThread("gap");
  serve(page([4, 3], "c2"));
  await openThread("gap");
  assert.deepEqual(idsOf("gap"), ["m1", "m2", "m3", "m4"]);
  assert.equal(threads.value.get("gap").older, null);

  serve(page([99, 98], "c98"));
  await openThread("gap");
  assert.deepEqual(idsOf("gap"), ["m98", "m99"]);
  assert.equal(threads.value.get("gap").older, "c98");
});

test("an answer about a conversation that nobody has opened makes no thread without messages", async () => {
  learnConversation(conversation("started"), null);
  assert.ok(rows.value.has("started") && !threads.value.has("started"));

  serve(page([1], "c1"));
  await openThread("started");
  assert.equal(threads.value.get("started").older, "c1");
});

test("after a gap no thread counts as up to date before it is loaded again", async () => {
  serve(page([1]));
  await openThread("cached");
  fallBehind();
  assert.equal(threads.value.get("cached").behind, true);
  await openThread("cached");
  assert.equal(threads.value.get("cached").behind, false);
});

test("of a conversation that was erased, or is not the person's any more, nothing is shown", async () => {
  serve(page([1]));
  await openThread("lost");
  server.answer = () => Response.json({ code: "conversation_not_found" }, { status: 404 });
  await openThread("lost");
  const { conversation: shown, lines, problem, loading } = threads.value.get("lost");
  assert.deepEqual([shown, lines, problem.status, loading], [null, [], 404, false]);
});

/** The server keeps its answers to those requests back until the returned function is called. */
const holdBack = (isHeld) => {
  const { answer } = server;
  let release;
  const released = new Promise((resolve) => (release = resolve));
  server.answer = async (path) => {
    if (isHeld(path)) await released;
    return answer(path);
  };
  return release;
};

test("older lines are loaded although the newest are being loaded again", async () => {
  serve(page([3, 2], "c2"), page([1]));
  await openThread("both");
  const release = holdBack((path) => !path.includes("cursor="));
  const refreshed = refreshThread("both");
  await loadOlder("both");
  assert.deepEqual(idsOf("both"), ["m1", "m2", "m3"]);

  release();
  await refreshed;
  assert.deepEqual(idsOf("both"), ["m1", "m2", "m3"]);
  assert.deepEqual([threads.value.get("both").older, threads.value.get("both").loading], [null, false]);
});

test("older lines that come when the thread begins elsewhere by now leave no hole in it", async () => {
  serve(page([3, 2], "c2"));
  await openThread("hole");
  serve(page([99, 98], "c98"), page([1]));
  const release = holdBack((path) => path.includes("cursor="));
  const asked = loadOlder("hole");
  await refreshThread("hole");
  release();
  await asked;

  assert.deepEqual(idsOf("hole"), ["m98", "m99"]);
  assert.deepEqual([threads.value.get("hole").older, threads.value.get("hole").loadingOlder], ["c98", false]);
});
