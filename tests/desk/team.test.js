import assert from "node:assert/strict";
import { test } from "node:test";

import { inOrder, oldestUnanswered, skillsAsText, skillsIn } from "../../desk/model/team.js";

const agent = (name, more = {}) => ({ agentId: name, name, presence: "available", queues: ["billing"], active: true, ...more });

test("those who need queues come first, then those who are there", () => {
  const given = [agent("off", { presence: "offline" }), agent("b"), agent("a"), agent("new", { queues: [], presence: "away" })];
  assert.deepEqual(inOrder(given).map((one) => one.name), ["new", "a", "b", "off"]);
});

test("the longest wait of an agent's customers is told", () => {
  const rows = [
    { agent: "ana", waitingSince: "2026-11-30T10:05:00Z" }, { agent: "ana", waitingSince: "2026-11-30T10:01:00Z" },
    { agent: "ben", waitingSince: "2026-11-30T09:00:00Z" }, { agent: "ana", waitingSince: null },
    { agent: "ana", waitingSince: "2026-11-30T08:00:00Z", gone: true },
  ];
  assert.equal(oldestUnanswered(agent("ana"), rows), "2026-11-30T10:01:00Z");
  assert.equal(oldestUnanswered(agent("sam"), rows), null);
});

test("skills are read as they are written", () => {
  const skills = [{ name: "billing", level: 5 }, { name: "french", level: 1 }];
  assert.deepEqual(skillsIn(" billing:5; french ,"), skills);
  assert.deepEqual(skillsIn(skillsAsText(skills)), skills);
});
