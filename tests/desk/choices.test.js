import assert from "node:assert/strict";
import { test } from "node:test";

import { best, matching, named, step, stepBy } from "../../desk/model/choices.js";

const choice = (value, more = {}) => ({ value, label: value, ...more });
const values = (options) => options.map((option) => option.value);
const QUEUES = [choice("Réclamations", { hint: "3 waiting" }), choice("closed", { disabled: true }), choice("billing")];

test("every word that was typed is looked for, whatever its capitals and accents", () => {
  assert.deepEqual(values(matching(QUEUES, "reclam 3")), ["Réclamations"]);
  assert.deepEqual(values(matching(QUEUES, "billing 3")), []);
});

test("what can't be chosen comes last, and is never stepped on", () => {
  const shown = matching(QUEUES, "");
  assert.deepEqual(values(shown), ["Réclamations", "billing", "closed"]);
  assert.deepEqual([step(shown, -1, 1), step(shown, 1, 1), step(shown, -1, -1), step(shown, 0, -1)], [0, 0, 1, 1]);
  assert.equal(step([QUEUES[1]], -1, 1), -1);
  assert.equal(step([], -1, 1), -1);
  assert.deepEqual(["ArrowDown", "ArrowUp", "ArrowLeft"].map(stepBy), [1, -1, 0]);
});

test("Enter picks what is called as was typed, though others fit", () => {
  const options = [choice("Ben Diaz"), choice("Ben"), choice("Benoît", { disabled: true })];
  assert.equal(best(options, "ben"), 1);
  assert.equal(best(options, "be"), 0);
  assert.equal(best([options[2]], "ben"), -1);
});

test("a choice is named by its whole label", () => {
  assert.equal(named(QUEUES, " BILLING ")?.value, "billing");
  assert.equal(named(QUEUES, "bill"), undefined);
  assert.equal(named(QUEUES, "closed"), undefined);
});
