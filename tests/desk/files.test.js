import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf, problemOf, replyOf } from "../../desk/model/files.js";
import { fitting, slashBefore } from "../../desk/model/quick-replies.js";

const MEGABYTE = 1024 * 1024;

test("what WhatsApp does not take is said before it travels", () => {
  const cases = [
    ["image/png", 5 * MEGABYTE, null],
    ["image/png", 5 * MEGABYTE + 1, "attach.problem.image"],
    ["image/webp", 1, "attach.problem.type"],
    ["", 1, "attach.problem.type"],
    ["application/pdf", 16 * MEGABYTE + 1, "attach.problem.large"],
    ["application/pdf", 0, "attach.problem.empty"],
    ["audio/ogg; codecs=opus", 1, null],
  ];
  for (const [type, size, problem] of cases) assert.equal(problemOf({ type, size }), problem, type);
});

test("a file goes out as the kind that it is", () => {
  assert.deepEqual(["image/jpeg", "video/mp4", "audio/ogg", "text/plain", "image/heic"].map(kindOf), ["image", "video", "audio", "document", null]);
  assert.deepEqual(replyOf("document", "a.pdf", "See"), { kind: "document", caption: "See", fileName: "a.pdf" });
  assert.deepEqual(replyOf("audio", "a.ogg", ""), { kind: "audio" });
});

test("a slash that begins a word asks for a quick reply; one in a word, an address or a date does not", () => {
  const at = (text) => slashBefore(text, text.length);
  assert.deepEqual(at("/mer"), { from: 0, query: "mer" });
  assert.deepEqual(at("Bonjour\n/"), { from: 8, query: "" });
  for (const text of ["and/or", "https://a", "29/11", "/mer ci", ""]) assert.equal(at(text), null, text);
  assert.deepEqual(slashBefore("/mer later", 4), { from: 0, query: "mer" });
});

test("quick replies whose name begins so come first, whatever capitals and accents", () => {
  const all = [{ name: "numero", tags: [], text: "Numéro de MERCI" }, { name: "Merci", tags: ["fin"], text: "Merci" }];
  const names = (query) => fitting(all, query).map(({ name }) => name);
  assert.deepEqual([names("mer"), names("fin"), names("numé"), names("x")], [["Merci", "numero"], ["Merci"], ["numero"], []]);
});
