import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import "./browser.js";
import { useHeld } from "../../desk/actions/held-drafts.js";
import { writeAgain } from "../../desk/actions/messages.js";
import { draftOf, saveDraft, typeDraft } from "../../desk/drafts.js";
import { me } from "../../desk/state.js";

mock.timers.enable({ apis: ["setTimeout"] });
me.value = { agentId: "ana", channels: [] };
const there = () => draftOf("c1", "reply")?.text;

beforeEach(() => saveDraft("c1", "reply", ""));

test("words that are written again stand after what is being typed, which loses no letter", () => {
  typeDraft("c1", "reply", "half a wor");
  writeAgain({ conversationId: "c1", text: "again" });
  assert.equal(there(), "half a wor\nagain");
});

test("held words stand before what is being typed", () => {
  typeDraft("c1", "reply", "half a wor");
  useHeld("c1", { replyId: "r", text: "held" });
  assert.equal(there(), "held\nhalf a wor");
});

test("where nothing is written, the words stand alone", () => {
  writeAgain({ conversationId: "c1", media: { caption: "under a file" } });
  assert.equal(there(), "under a file");
});
