// However pages and changes come in between each other, late and twice: in the end the list is the server's.

import assert from "node:assert/strict";
import { test } from "node:test";

import { listOf, merge } from "../../desk/model/rows.js";

const RUNS = 500;
const ME = "ana";
const IDS = ["a", "b", "c", "d", "e"];
const PLACES = [{ view: "queue", queue: "ours" }, { view: "mine" }, { view: "unanswered" }, { view: "held" }, { view: "failed" }];
const SORTS = ["waiting", "priority", "recent"];

/** Numbers that look random and are the same for the same seed (mulberry32). */
function chances(seed) {
  let state = seed;
  const draw = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const one = (choices) => choices[Math.floor(draw() * choices.length)];
  return { draw, one };
}

const minute = (number) => `2026-11-30T10:${String(number).padStart(2, "0")}:00Z`;

function row(id, version, chance) {
  return {
    conversationId: id,
    version,
    queue: chance.one(["ours", "ours", "theirs"]),
    agent: chance.one([null, ME, "ben"]),
    status: chance.one(["open", "active", "waiting", "closed"]),
    priority: chance.one(["urgent", "high", "normal", "low"]),
    waitingSince: chance.one([null, minute(Math.floor(chance.draw() * 20))]),
    lastMessageAt: minute(20 + Math.floor(chance.draw() * 20)),
    held: chance.one([0, 2]),
    failed: chance.one([0, 1]),
  };
}

/** Agents see their queue, and what is theirs. */
const mayBeSeen = (shown) => shown.queue === "ours" || shown.agent === ME;

/** The server as a list of states: each step one conversation changes, and the agent is told of it. */
function history(chance) {
  let rows = new Map(IDS.filter(() => chance.draw() < 0.6).map((id) => [id, row(id, 1, chance)]));
  const states = [rows];
  const told = [];
  for (let step = 0; step < 12; step += 1) {
    const id = chance.one(IDS);
    const before = rows.get(id);
    const after = row(id, (before?.version ?? 0) + 1, chance);
    rows = new Map(rows).set(id, after);
    states.push(rows);
    if (mayBeSeen(after)) told.push({ rows: [after], gone: [] });
    else if (before && mayBeSeen(before)) told.push({ rows: [], gone: [{ id, version: after.version }] });
  }
  return { states, told };
}

/** What comes in: changes in their order, some twice, and pages that were read at some time and come later. */
function deliveries({ states, told }, chance) {
  const changes = told.map((change, number) => ({ at: number, change }));
  const repeats = changes.filter(() => chance.draw() < 0.3).map(({ at, change }) => ({ at: at + chance.draw() * 6, change }));
  const pages = [...Array(4).keys()].map((number) => {
    const read = number === 0 ? 0 : Math.floor(chance.draw() * states.length);
    const items = [...states[read].values()].filter(mayBeSeen);
    return { at: read - 0.5 + chance.draw() * 14, change: { rows: items, gone: [] } };
  });
  return [...changes, ...repeats, ...pages].sort((one, other) => one.at - other.at).map(({ change }) => change);
}

test("any interleaving of pages and changes gives the server's list", () => {
  for (let seed = 0; seed < RUNS; seed += 1) {
    const chance = chances(seed);
    const server = history(chance);
    let rows = new Map();
    for (const { rows: news, gone } of deliveries(server, chance)) rows = merge(rows, news, gone);
    const truth = new Map([...server.states.at(-1)].filter(([, shown]) => mayBeSeen(shown)));
    for (const place of PLACES)
      for (const sort of SORTS)
        assert.deepEqual(listOf(rows, place, ME, sort), listOf(truth, place, ME, sort), `seed ${seed}, ${place.view}, ${sort}`);
  }
});

test("what is told again changes nothing, not even the map", () => {
  const chance = chances(1);
  const news = IDS.map((id) => row(id, 3, chance));
  const rows = merge(new Map(), news);
  assert.equal(merge(rows, news), rows);
  assert.equal(merge(rows, news.map((known) => ({ ...known, version: 2 }))), rows);
});
