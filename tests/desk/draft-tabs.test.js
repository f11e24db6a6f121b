import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { happen } from "./browser.js";
import { draftOf, loadDrafts, rewritten, typeDraft } from "../../desk/drafts.js";
import { draftKey } from "../../desk/model/drafts.js";
import { me } from "../../desk/state.js";

mock.timers.enable({ apis: ["setTimeout"] });
me.value = { agentId: "ana", channels: [] };
loadDrafts();

/** Another tab keeps words, or with null forgets them. */
function keepElsewhere(agent, text) {
  const key = draftKey(agent, "c1", "reply");
  const newValue = text && JSON.stringify({ text, at: Date.now() });
  if (text) localStorage.setItem(key, newValue);
  else localStorage.removeItem(key);
  happen("storage", { key, newValue });
}

test("words that the person writes in another tab are here, too, and gone when they were sent there", () => {
  const before = rewritten.value;
  keepElsewhere("ana", "Hello");
  assert.equal(draftOf("c1", "reply").text, "Hello");
  assert.equal(rewritten.value, before + 1);
  keepElsewhere("ana", null);
  assert.equal(draftOf("c1", "reply"), null);
});

test("what is being written here stands over it, and loses no letter", () => {
  typeDraft("c1", "reply", "mine");
  keepElsewhere("ana", "theirs");
  mock.timers.tick(300);
  assert.equal(draftOf("c1", "reply").text, "mine");

  typeDraft("c2", "reply", "half a wor");
  keepElsewhere("ana", "theirs again");
  assert.equal(draftOf("c2", "reply").text, "half a wor");
});

test("words of somebody else are not", () => {
  keepElsewhere("ana", null);
  keepElsewhere("ben", "Hello");
  assert.equal(draftOf("c1", "reply"), null);
});

test("where drafts are to stay in their tabs, each tab keeps those that it shows, and the browser none", () => {
  keepElsewhere("ana", "Hello");
  happen("storage", { key: "desk.draftsOnlyInTab", newValue: "true" });
  keepElsewhere("ana", null);
  assert.equal(draftOf("c1", "reply")?.text, "Hello");
  assert.deepEqual(Object.keys(localStorage).filter((key) => key.startsWith("desk.draft:ana")), []);
  assert.ok(sessionStorage.getItem(draftKey("ana", "c1", "reply")));
});
