import assert from "node:assert/strict";
import { test } from "node:test";

import { filledTemplate, hasClosed, planOf } from "../../desk/model/send-words.js";

const TEMPLATE = { name: "follow_up", language: "fr", text: "Bonjour, une réponse : {reply}", replyText: { max: 10 } };
const plan = (next, more = {}) => planOf({ next, file: false, onlyHold: false, offline: false, ...more });

test("the button says what the server would do, and offline that it waits", () => {
  const cases = [
    [{ delivery: "message", holds: false }, {}, "send.message"],
    [{ delivery: "message", holds: false }, { offline: true }, "send.offline"],
    [{ delivery: "template", holds: true, template: TEMPLATE }, {}, "send.templateAndHold"],
    [{ delivery: "template", holds: false, template: TEMPLATE }, {}, "send.template"],
    [{ delivery: "template", holds: true, template: TEMPLATE }, { onlyHold: true }, "send.hold"],
    [{ delivery: "held", holds: true }, {}, "send.hold"],
    [{ delivery: "refused", holds: false, reason: "opted_out" }, { offline: true }, "send.message"],
  ];
  for (const [next, more, words] of cases) assert.equal(plan(next, more).words, words);
});

test("what is not known is not sent", () => {
  assert.equal(plan(null).delivery, "refused");
});

test("only who could have sent the template asks for the words to be held alone", () => {
  const next = { delivery: "template", holds: true, template: TEMPLATE };
  assert.deepEqual(
    [plan(next).whenWindowClosed, plan(next, { onlyHold: true }).whenWindowClosed, plan(next, { onlyHold: true }).template],
    [null, "hold", null],
  );
  assert.equal(plan({ delivery: "message", holds: false }, { onlyHold: true }).whenWindowClosed, null);
});

test("a file fares as the server says of files", () => {
  const next = { delivery: "template", holds: true, template: TEMPLATE, media: { delivery: "refused", holds: false, reason: "window_closed" } };
  assert.equal(plan(next, { file: true }).reason, "window_closed");
  assert.equal(plan({ delivery: "message", holds: false, media: null }, { file: true }).delivery, "message");
});

test("the template is shown with the words that it has room for, in one line", () => {
  assert.equal(filledTemplate(TEMPLATE, "Votre\n\nfacture"), "Bonjour, une réponse : Votre fac…");
  assert.equal(filledTemplate(TEMPLATE, "$& oui"), "Bonjour, une réponse : $& oui");
  assert.equal(filledTemplate(TEMPLATE, " "), "Bonjour, une réponse : …");
});

test("only a window that was open can have closed meanwhile", () => {
  const closed = plan({ delivery: "held", holds: true });
  assert.deepEqual([hasClosed("message", closed), hasClosed("held", closed)], [true, false]);
  assert.equal(hasClosed("message", plan({ delivery: "refused", holds: false, reason: "not_assigned_to_you" })), false);
});
