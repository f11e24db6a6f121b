import assert from "node:assert/strict";
import { test } from "node:test";

import "./browser.js";
import { minutes } from "../../desk/clock.js";
import { dayWords } from "../../desk/parts/when.js";

process.env.TZ = "Europe/Paris";

test("yesterday is the day before, where a day has 25 hours or 23", () => {
  const said = (now, at) => {
    minutes.value = Date.parse(now);
    return dayWords(at);
  };
  assert.equal(said("2026-10-25T23:30:00+01:00", "2026-10-24T12:00:00Z"), "thread.yesterday");
  assert.equal(said("2026-10-25T23:30:00+01:00", "2026-10-25T00:10:00+02:00"), "thread.today");
  assert.equal(said("2026-03-30T00:30:00+02:00", "2026-03-29T12:00:00Z"), "thread.yesterday");
  assert.match(said("2026-03-30T00:30:00+02:00", "2026-03-28T12:00:00Z"), /28 March 2026/);
});
