import assert from "node:assert/strict";
import { test } from "node:test";

import { blanksIn, firstBlank } from "../../desk/model/blanks.js";
import { lastPing } from "../../desk/model/pings.js";
import { lengthOf, sendable, sends } from "../../desk/model/typing.js";

const press = (more) => ({ key: "Enter", mod: false, shift: false, alt: false, composing: false, ...more });

test("Enter sends by choice, with Ctrl always, and never while a character is put together", () => {
  const cases = [
    [press({}), true, true],
    [press({}), false, false],
    [press({ mod: true }), false, true],
    [press({ shift: true }), true, false],
    [press({ composing: true }), true, false],
    [press({ composing: true, mod: true }), true, false],
    [press({ alt: true }), true, false],
    [press({ key: "e" }), true, false],
  ];
  for (const [key, enterSends, sent] of cases) assert.equal(sends(key, enterSends), sent, JSON.stringify(key));
});

test("what the server would refuse by name does not leave the desk", () => {
  assert.equal(sendable(" a\r\nb\tc\u0000\u0007\u009fd\ud800 "), "a\nb cd\ufffd");
});

test("a text is as long as WhatsApp counts it", () => {
  const cases = [["a".repeat(4_096), "fits"], ["😀".repeat(2_049), "inParts"], ["a".repeat(40_961), "tooLong"]];
  for (const [text, length] of cases) assert.equal(lengthOf(text), length);
});

test("blanks and words for colleagues are found, and nothing else", () => {
  const cases = [
    ["Bonjour {{1}}, commande [numéro], {{1}}", ["{{1}}", "[numéro]"]],
    ["Merci {contact.name} et {contact.name|à vous}", ["{contact.name}", "{contact.name|à vous}"]],
    ["TODO: ask @ben", ["TODO", "@ben"]],
    ["@anaïs.d can you", ["@anaïs.d"]],
    ["Write to ana@example.com, mastodon [1\n2], {not a blank}, TODOS", []],
  ];
  for (const [text, found] of cases) assert.deepEqual(blanksIn(text), found, text);
});

test("the first blank is found, to be typed over", () => {
  assert.deepEqual(firstBlank("and [b] [c]"), [4, 7]);
  assert.equal(firstBlank("none"), null);
});

test("a template waits for an answer until the customer writes", () => {
  const template = { direction: "out", kind: "template", at: "09:12", status: "sent" };
  const answer = { direction: "in", kind: "text", at: "09:30" };
  assert.equal(lastPing([answer, template]), "09:12");
  assert.equal(lastPing([template, answer]), null);
  assert.equal(lastPing([{ ...template, status: "failed" }]), null);
});
