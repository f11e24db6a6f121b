import assert from "node:assert/strict";
import { test } from "node:test";

import { nextStep } from "../../dev/stack/play/page/guide.js";

const wrote = { direction: "in", kind: "text", status: "delivered", template: null };
const answered = { direction: "out", kind: "text", status: "delivered", template: null };
const refused = { ...answered, status: "failed" };
const template = { ...answered, kind: "template", template: { name: "follow_up" } };
const day = [wrote, answered, answered];

for (const [what, messages, isOpen, begins] of [
  ["nothing", [], false, "Write something"],
  ["a customer wrote", [wrote], true, "The message is on the desk"],
  ["only the greeting came", [wrote, answered], true, "The message is on the desk"],
  ["an agent answered", day, true, "Now let a day pass"],
  ["a day passed", day, false, "A day has passed"],
  ["words were refused", [...day, refused], false, "A day has passed"],
  ["a template went out", [...day, refused, template], false, "WhatsApp let only the template through"],
  ["the customer answered", [...day, template, wrote], true, "The held words are on their way"],
  ["the words arrived", [...day, template, wrote, answered], true, "The held words have arrived"],
]) test(`what may be tried next: ${what}`, () => assert.ok(nextStep(messages, isOpen).startsWith(begins)));
