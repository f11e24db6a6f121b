import assert from "node:assert/strict";
import { test } from "node:test";

import { parse } from "../../desk/model/rich-text.js";

const text = (words) => ({ kind: "text", text: words });
const link = (words, href = words) => ({ kind: "link", text: words, href });
const marked = (kind, ...inside) => ({ kind, inside });

const SIGNS = { bold: "*", italic: "_", strike: "~" };

/** The text that pieces were made of. */
const sourceOf = (pieces) =>
  pieces
    .map((piece) => {
      if (piece.kind === "text" || piece.kind === "link") return piece.text;
      if (piece.kind === "code") return `\`\`\`${piece.text}\`\`\``;
      return SIGNS[piece.kind] + sourceOf(piece.inside) + SIGNS[piece.kind];
    })
    .join("");

const CASES = [
  ["plain", [text("plain")]],
  ["a *b* c", [text("a "), marked("bold", text("b")), text(" c")]],
  ["*a _b ~c~_*", [marked("bold", text("a "), marked("italic", text("b "), marked("strike", text("c"))))]],
  ["2*3*4 snake_case_name", [text("2*3*4 snake_case_name")]],
  ["* a * and *b", [text("* a * and "), text("*"), text("b")]],
  ["```*a*\n_b_``` c", [{ kind: "code", text: "*a*\n_b_" }, text(" c")]],
  ["*a\nb*", [text("*"), text("a"), text("\nb*")]],
  ["see https://a.example/b?c=1, then", [text("see "), link("https://a.example/b?c=1"), text(", then")]],
  ["(https://a.example/b_(c))", [text("("), link("https://a.example/b_(c)"), text(")")]],
  ["*http://a.example*", [marked("bold", link("http://a.example", "http://a.example/"))]],
  ["javascript:alert(1) file:///etc xhttps://a.example", [text("javascript:alert(1) file:///etc xhttps://a.example")]],
  ["https://a.example/\u202egpj.exe", [link("https://a.example/"), text("\u202egpj.exe")]],
];

for (const [source, pieces] of CASES) test(`reads ${JSON.stringify(source)}`, () => assert.deepEqual(parse(source), pieces));

test("nothing of a text is lost, whatever stands in it", () => {
  const letters = [..."*_~`\n ab", "```", "https://a.example/x", "👩‍👩‍👧", "\u202e", "é", "(", ")"];
  for (let round = 0; round < 3_000; round += 1) {
    const source = Array.from({ length: 1 + (round % 23) }, () => letters[Math.floor(Math.random() * letters.length)]).join("");
    assert.equal(sourceOf(parse(source)), source);
  }
});

test("the longest text takes no longer for being odd", () => {
  for (const one of ["*_~`", "*a ", "```", "https://a.example/", "h", "((((", "_*\n"]) {
    const source = one.repeat(65_536 / one.length);
    const began = process.cpuUsage(); // not the clock's time: other tests run beside it
    assert.equal(sourceOf(parse(source)), source);
    const spent = process.cpuUsage(began).user / 1_000;
    assert.ok(spent < 500, `${one}: ${spent} ms`);
  }
});
