import assert from "node:assert/strict";
import { test } from "node:test";

import {
  fieldsOf, filledHeader, filledText, foundTemplates, languageFor, problemsOf, replyOf, valuesOf,
} from "../../desk/model/template-values.js";

const text = (more = {}) => ({ text: "Hello", header: null, footer: null, buttons: [], usable: true, problems: [], ...more });
const template = (name, languages, more = {}) => ({ name, category: "utility", configured: true, languages, ...more });
const ORDER = text({
  text: "Hello {{1}}, order {{2}} of {{1}}", header: "Order {{1}}",
  buttons: [{ kind: "quick_reply", quickReply: "Thanks" }, { kind: "url", url: "https://shop.example/{{1}}", text: "Track" }],
});
const FILLED = { 1: " Ana\n Diaz ", 2: "A-17", header: "A-17", button1: "A-17?x=1" };

test("every value that a template takes is asked for, once, in its place", () => {
  assert.deepEqual(fieldsOf(ORDER).map(({ key }) => key), ["header", "1", "2", "button1"]);
  assert.deepEqual(fieldsOf(text({ header: "location" })).map(({ key }) => key), ["latitude", "longitude", "name", "address"]);
  assert.deepEqual(fieldsOf(text({ header: "image" })).map(({ kind }) => kind), ["file"]);
  assert.deepEqual(fieldsOf(text({ header: "Your shop" })), []);
});

test("what the customer will read has the values, in one line, and no braces", () => {
  assert.equal(filledText(ORDER.text, FILLED), "Hello Ana Diaz, order A-17 of Ana Diaz");
  assert.equal(filledText(ORDER.text, { 2: "$&" }), "Hello …, order $& of …");
  assert.equal(filledHeader(ORDER, FILLED), "Order A-17");
  assert.equal(filledHeader(text({ header: "image" }), {}), null);
});

test("each value is checked in its place", () => {
  const cases = [
    [ORDER, FILLED, {}],
    [ORDER, { ...FILLED, 2: " " }, { 2: "templates.problem.empty" }],
    [ORDER, { ...FILLED, button1: "a b" }, { button1: "templates.problem.link" }],
    [ORDER, { ...FILLED, 1: "x".repeat(600) }, { text: "templates.problem.long" }],
    [ORDER, { ...FILLED, header: "x".repeat(60) }, { header: "templates.problem.longHeader" }],
    [text({ header: "image" }), { header: "http://a.example/b.png" }, { header: "templates.problem.file" }],
    [text({ header: "image" }), { header: "id:u1" }, {}],
    [text({ header: "location" }), { latitude: "91", longitude: "2.35" }, { latitude: "templates.problem.degrees" }],
  ];
  for (const [of, values, problems] of cases) assert.deepEqual(problemsOf(of, values), problems);
});

test("the reply carries the values as the API takes them, and gives them back", () => {
  const reply = replyOf("order_update", "en", ORDER, FILLED);
  assert.deepEqual(reply, {
    kind: "template", template: "order_update", language: "en", parameters: ["Ana Diaz", "A-17"],
    header: { text: "A-17" }, buttons: [{ urlSuffix: "A-17?x=1" }],
  });
  assert.deepEqual(replyOf("order_update", "en", ORDER, valuesOf(reply, ORDER)), reply);
  for (const [header, values] of [
    ["image", { header: "id:u1" }], ["document", { header: "https://a.example/b.pdf" }],
    ["location", { latitude: "48.85", longitude: "2.35", name: "Shop" }],
  ]) {
    const given = replyOf("hello", "fr", text({ header }), values);
    assert.deepEqual(valuesOf(given, text({ header })), values);
  }
});

test("the customer's language is taken, or its nearest, if it can be sent", () => {
  const both = template("t", { fr: text(), en_GB: text(), pt_BR: text({ usable: false }) });
  const cases = [["fr", "fr"], ["en-GB", "en_GB"], ["en", "en_GB"], ["pt-BR", "fr"], [null, "fr"]];
  for (const [wanted, language] of cases) assert.equal(languageFor(both, wanted), language);
});

test("templates are found by words of name and text; those that can't be sent come last", () => {
  const all = [
    template("paused", { fr: text({ usable: false }) }), template("hello", { fr: text({ text: "Bonjour" }) }),
    template("unknown", { fr: text() }, { configured: false }),
  ];
  const names = (query) => foundTemplates(all, query).map(({ name }) => name);
  assert.deepEqual(names(""), ["hello", "paused", "unknown"]);
  assert.deepEqual(names("BONJOUR hel"), ["hello"]);
});
