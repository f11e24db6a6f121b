import assert from "node:assert/strict";
import { test } from "node:test";

import { hashOf, placeOf, seatOf } from "../../desk/model/routes.js";

for (const place of [
  { view: "mine" }, { view: "closed" }, { view: "supervisor" }, { view: "new" },
  { view: "queue", queue: "billing/vip 50%" },
  { view: "conversation", id: "abc-01", info: false }, { view: "conversation", id: "abc-01", info: true },
  { view: "contact", id: "abc" },
]) test(`an address leads back to its place: ${hashOf(place)}`, () => assert.deepEqual(placeOf(hashOf(place)), place));

for (const hash of ["", "#", "#/", "#/nowhere", "#/queue", "#/c/", "#/queue/%E0%A4%A"])
  test(`an address that names nothing shows something all the same: ${hash}`, () =>
    assert.ok(["mine", "queue"].includes(placeOf(hash).view)));

test("an address may say who sits at the desk", () => {
  assert.deepEqual(seatOf("#/as/ana/Agent"), { agentId: "ana", role: "Agent" });
  for (const hash of ["", "#/mine", "#/as", "#/as/ana", "#/as//Agent", "#/as/ana/Owner"]) assert.equal(seatOf(hash), null);
});
