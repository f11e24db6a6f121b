import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { locks, server } from "./browser.js";
import { openThread } from "../../desk/actions/thread.js";
import { lists, offlineSince, rows, threads } from "../../desk/state.js";
import { ended } from "../../desk/session.js";

mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_000_000 });
mock.method(Math, "random", () => 0.5);

const quiet = { rows: [], gone: [], threads: [], viewers: {}, queues: {}, resync: false };
let desks = 0;
let isFree = false;
let steal = () => {};
locks.request = async (_name, _options, lead) => {
  if (!isFree) return new Promise(() => {});
  isFree = false;
  await null;
  return new Promise((_, reject) => {
    steal = reject;
    lead();
  });
};

/** One more desk, in a tab that leads or follows; those before it lead no more. */
async function startDesk(leads) {
  steal();
  isFree = leads;
  const { startLive } = await import(`../../desk/live.js?desk=${desks++}`);
  startLive();
  await passed(0);
  return globalThis.BroadcastChannel.last;
}

/** Lets time pass, a second at a time. */
async function passed(seconds) {
  for (let second = 0; second <= seconds; second++) {
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    if (second < seconds) mock.timers.tick(1_000);
  }
}

test("the desk says that it is offline when five seconds have gone without an answer, however often it asked", async () => {
  server.answer = () => Promise.reject(new TypeError("no network"));
  const begin = Date.now();
  await startDesk(true);
  await passed(4);
  assert.equal(offlineSince.value, null);
  await passed(1);
  assert.equal(offlineSince.value, begin);

  server.answer = (path) => (path.startsWith("changes") ? { ...quiet, cursor: "1" } : { items: [], nextCursor: null });
  await passed(30);
  assert.equal(offlineSince.value, null);
});

test("a server that asks for a pause gets it, and is not called unreachable", async () => {
  server.answer = () => Response.json({ code: "too_many_requests" }, { status: 429, headers: { "Retry-After": "20" } });
  server.asked.length = 0;
  await startDesk(true);
  await passed(15);
  assert.equal(server.asked.filter((path) => path.startsWith("changes")).length, 1);
  assert.equal(offlineSince.value, null);
});

test("a desk that follows has its lists, too, as soon as another tab tells how far it has heard", async () => {
  server.answer = () => ({ items: [], nextCursor: null });
  lists.value = new Map();
  const channel = await startDesk(false);
  assert.equal(lists.value.size, 0);
  channel.onmessage({ data: { led: true, said: { client: "other", open: ["c1"], cursor: "7" } } });
  await passed(0);
  assert.deepEqual([...lists.value.keys()].sort(), ["#/failed", "#/held", "#/mine", "#/unanswered"]);
});

test("a tab that is new is told what the others have open", async () => {
  server.answer = () => ({ items: [], nextCursor: null });
  const channel = await startDesk(false);
  channel.said.length = 0;
  for (let time = 0; time < 2; time++) channel.onmessage({ data: { led: false, said: { client: "new", open: [], cursor: null } } });
  assert.equal(channel.said.length, 1);
  assert.deepEqual(channel.said[0].said.open, []);
});

test("lists that could not be had after a gap are asked for again with the next answer", async () => {
  let polls = 0;
  let isAway = true;
  server.answer = (path) => {
    if (path.startsWith("changes")) return { ...quiet, cursor: String(++polls), resync: polls === 2 };
    if (path.startsWith("conversations") && polls > 1 && isAway) return Response.json({ code: "unavailable" }, { status: 503 });
    return { items: [], nextCursor: null };
  };
  await startDesk(true);
  await passed(5);
  isAway = false;
  await passed(30);
  server.asked.length = 0;
  await passed(30);
  assert.ok([...lists.value.values()].every((list) => list.problem === null));
  assert.deepEqual(server.asked.filter((path) => path.startsWith("conversations")), []);
});

test("what changes while a conversation is loaded for the first time is loaded after it", async () => {
  const channel = await startDesk(false);
  /** @type {(() => void)[]} */
  const waiting = [];
  let version = 1;
  server.answer = (path) => {
    const answer = path.includes("/messages") ? { items: [], nextCursor: null } : { conversationId: "slow", version, revision: version };
    return version > 1 ? answer : new Promise((resolve) => waiting.push(() => resolve(answer)));
  };
  void openThread("slow");
  await passed(0);
  version = 2;
  channel.onmessage({ data: { led: true, said: { ...quiet, cursor: "8", rows: [{ conversationId: "slow", version: 2 }] } } });
  for (const answer of waiting) answer();
  await passed(0);
  assert.equal(threads.value.get("slow").conversation.version, 2);
});

test("what the person may see again is shown as it was", async () => {
  const channel = await startDesk(false);
  const row = { conversationId: "back", version: 5, queue: "billing", status: "open" };
  server.answer = () => ({ items: [row], nextCursor: null });
  channel.onmessage({ data: { led: true, said: { ...quiet, cursor: "8", gone: [{ id: "back", version: 5 }] } } });
  channel.onmessage({ data: { led: true, said: { ...quiet, cursor: "9", resync: true } } });
  await passed(0);
  assert.equal(rows.value.get("back").gone, undefined);
});

test("a session that has ended is no network that has", async () => {
  server.answer = () => Response.json({ code: "unauthenticated" }, { status: 401 });
  await startDesk(true);
  await passed(10);
  assert.equal(ended.value, true);
  assert.equal(offlineSince.value, null);
});
