import assert from "node:assert/strict";
import { test } from "node:test";

import { idOf, keyOf, mergeLines } from "../../desk/model/messages.js";

const line = (id, at, more = {}) => ({ messageId: id, at, kind: "text", direction: "in", text: id, ...more });

test("pages and news in any order give each line once, at its time", () => {
  const first = line("1", "2026-11-30T10:00:00Z");
  const second = line("2", "2026-11-30T10:00:00.5Z");
  const third = line("3", "2026-11-30T10:01:00Z");
  assert.deepEqual(mergeLines(mergeLines([], [third, second], 0), [first, second], 0), [first, second, third]);
});

test("a line of the team's stays the same line when it gets the channel's id, and moves when it is released", () => {
  const held = line(null, "2026-11-30T10:00:00Z", { replyId: "r", status: "held" });
  const between = line("1", "2026-11-30T10:05:00Z");
  const released = line("acs", "2026-11-30T10:06:00Z", { replyId: "r", status: "sent" });
  assert.deepEqual(mergeLines([held, between], [released], 0), [between, released]);
});

test("held words that are released in the moment of the customer's answer stand after it, as on the phone", () => {
  const held = line(null, "2026-11-30T10:00:00Z", { replyId: "r", status: "held" });
  const answer = line("1", "2026-11-30T10:06:00Z");
  const released = line("acs", "2026-11-30T10:06:00Z", { replyId: "r", status: "sent" });
  const delivered = { ...released, status: "delivered" };
  assert.deepEqual(mergeLines([held], [answer, released], 0), [answer, released]);
  assert.deepEqual(mergeLines([answer, released], [{ ...answer, text: "more" }, delivered], 0).at(-1), delivered);
});

test("the template that pings and the words that it holds are two lines", () => {
  assert.notEqual(keyOf(line("t", "", { replyId: "r", kind: "template" })), keyOf(line(null, "", { replyId: "r" })));
});

test("a message that was seen to be read keeps the time of that; one that came as read has none", () => {
  const sent = line("1", "2026-11-30T10:00:00Z", { status: "delivered" });
  const read = { ...sent, status: "read" };
  const seen = mergeLines(mergeLines([], [sent], 1), [read], 2);
  assert.equal(seen[0].readAt, 2);
  assert.equal(mergeLines(seen, [read], 3)[0].readAt, 2);
  assert.equal(mergeLines(mergeLines([], [read], 1), [read], 2)[0].readAt, undefined);
});

test("in a path no message is named by an id that has a number in it", () => {
  const wamid = "wamid.HBgLMzM2MTIzNDU2Nzg=";
  assert.equal(idOf(line("m1", "")), "m1");
  assert.equal(idOf(line(wamid, "", { pathId: "0123abcd" })), "0123abcd");
  assert.equal(idOf(line(wamid, "", { pathId: "r-2", replyId: "r" })), "r");
});
