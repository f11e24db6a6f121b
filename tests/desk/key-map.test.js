import assert from "node:assert/strict";
import { test } from "node:test";

import { commandOf, KEYS } from "../../desk/model/key-map.js";

const press = (key, more = {}) => ({
  key, mod: false, alt: false, shift: false, composing: false, repeat: false, writing: false, asked: false, ...more,
});

test("a key asks for one thing", () => {
  const names = KEYS.map(({ key, mod }) => `${mod ? "mod+" : ""}${key}`);
  assert.deepEqual(names, [...new Set(names)]);
});

for (const [what, pressed, single, command] of [
  ["a letter, outside text", press("p"), true, "take"],
  ["the same with caps lock", press("P"), true, "take"],
  ["with Shift it is another key", press("P", { shift: true }), true, null],
  ["a sign that needs Shift", press("?", { shift: true }), true, "help"],
  ["while one writes", press("p", { writing: true }), true, null],
  ["Escape in a dialog leaves the dialog, and nothing else", press("Escape", { asked: true }), true, null],
  ["all commands while a dialog asks", press("k", { mod: true, asked: true }), true, null],
  ["with single keys switched off", press("p"), false, null],
  ["mod+K while one writes, single keys off", press("k", { mod: true, writing: true }), false, "commands"],
  ["Escape while one writes, single keys off", press("Escape", { writing: true }), false, "back"],
  ["what the browser owns", press("p", { mod: true }), true, null],
  ["the Polish ó: AltGr is Ctrl+Alt", press("o", { alt: true, mod: true }), true, null],
  ["Alt writes characters", press("k", { alt: true }), true, null],
  ["a character that is put together", press("c", { composing: true }), true, null],
  ["a key held down does an action once", press("c", { repeat: true }), true, null],
  ["but moves on and on", press("j", { repeat: true }), true, "next"],
  ["a view by its number", press("3"), true, "view3"],
  ["a key without a meaning", press("q"), true, null],
])
  test(`keys: ${what}`, () => assert.equal(commandOf(pressed, single), command));
