import assert from "node:assert/strict";
import { after, beforeEach, mock, test } from "node:test";

import { server } from "./browser.js";
import { draftOf, saveDraft } from "../../desk/drafts.js";
import { forgetOutbox, outbox, post, startOutbox } from "../../desk/outbox.js";
import { me } from "../../desk/state.js";

mock.timers.enable({ apis: ["setInterval"] }); // nothing is looked for once a test is over
me.value = { agentId: "ana", channels: [] };
const to = { conversationId: "c1", contactName: "Ana", kind: "reply" };
const say = (text, undoMs) => post({ ...to, body: { kind: "text", text } }, undoMs);
const texts = () => outbox.value.map((row) => row.body.text);
const soon = () => new Promise((resolve) => setTimeout(resolve, 20));
const stored = () => Object.keys(localStorage).filter((key) => key.startsWith("desk.outbox:"));

/** What a tab that is gone has left, as it stored it. */
const leave = (...rows) =>
  rows.forEach((row, at) =>
    localStorage.setItem(`desk.outbox:ana:gone${9 - at}:${row.key}`, JSON.stringify({ ...to, tries: 0, due: 0, at, ...row })));

after(forgetOutbox);
beforeEach(() => {
  forgetOutbox();
  saveDraft("c1", "reply", "");
  server.answer = () => new Promise(() => {});
});

test("what was sent in one moment keeps its order, also where it is stored", () => {
  ["first", "second", "third"].forEach((text) => say(text));
  const times = outbox.value.map((row) => row.at);
  assert.deepEqual(times, [...new Set(times)].sort((one, other) => one - other));
});

test("what a tab has left is taken up once, in its order; what could be taken back is a draft", async () => {
  leave(
    { key: "k1", state: "posting", body: { kind: "text", text: "one" } },
    { key: "k1", state: "posting", body: { kind: "text", text: "one" } },
    { key: "k2", state: "queued", body: { kind: "text", text: "two" } },
    { key: "k3", state: "accepted", replyId: "r3", body: { kind: "text", text: "three" } },
    { key: "k4", state: "undoable", body: { kind: "text", text: "four" } },
  );
  await startOutbox();
  assert.deepEqual(texts(), ["one", "two"]);
  assert.equal(draftOf("c1", "reply")?.text, "four");
  assert.equal(stored().length, 2);
  assert.ok(stored().every((key) => !key.includes(":gone")));
});

test("a call that hangs keeps nothing of another conversation back", async () => {
  server.asked.length = 0;
  say("hangs", 20);
  post({ ...to, conversationId: "c2", body: { kind: "text", text: "goes" } }, 100);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(server.asked, ["conversations/c1/replies", "conversations/c2/replies"]);
});

test("an answer that comes after the sign-out leaves nothing in the browser", async () => {
  let refuse = () => {};
  server.answer = () => new Promise((resolve) => (refuse = () => resolve(Response.json({ code: "opted_out" }, { status: 409 }))));
  say("secret");
  await soon();
  forgetOutbox();
  refuse();
  await soon();
  assert.equal(draftOf("c1", "reply"), null);
  assert.deepEqual(stored(), []);
});

test("an answer that breaks off is no answer: the same call goes again", async () => {
  server.answer = () => new Response('{"replyId": "r', { headers: { "Content-Type": "application/json" } });
  say("broken");
  await soon();
  assert.deepEqual(outbox.value.map(({ state, problem }) => [state, problem]), [["queued", "unreachable"]]);
});
