// Compares JavaScript programs as TypeScript's parser reads them, without comments and layout.
// In: by standard input, JSON, pairs of texts by their name. Out: JSON, the names whose two texts are not one program.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const ts = createRequire(new URL("../../dev/node/package.json", import.meta.url))("typescript");
const DECLARED = ts.NodeFlags.Let | ts.NodeFlags.Const;

/** The program as a list: of each node its kind, and what no child of it says. */
function program(text) {
  const found = [];
  const read = (node) => {
    found.push(node.kind, node.text ?? "", node.operator ?? "", node.flags & DECLARED);
    ts.forEachChild(node, read);
  };
  ts.forEachChild(ts.createSourceFile("m.js", text, ts.ScriptTarget.ESNext, false, ts.ScriptKind.JS), read);
  return found.join("\0");
}

const pairs = Object.entries(JSON.parse(readFileSync(0, "utf8")));
console.log(JSON.stringify(pairs.filter(([, [one, other]]) => program(one) !== program(other)).map(([name]) => name)));
