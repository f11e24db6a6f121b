// Tells whether scripts are the same programs, whatever their comments and lines: compares their syntax trees.
// In: two folders. Out: JSON, the paths of the first folder that differ in the second.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [one, other] = process.argv.slice(2);
const typescript = createRequire(new URL("../../../dev/node/package.json", import.meta.url))("typescript");

function tree(folder, path) {
  const source = typescript.createSourceFile(path, readFileSync(join(folder, path), "utf8"), typescript.ScriptTarget.Latest);
  const found = [];
  const visit = (node) => {
    found.push(node.kind);
    if (node.kind <= typescript.SyntaxKind.LastToken) found.push(node.getText(source));
    node.forEachChild(visit);
    found.push("end");
  };
  visit(source);
  return JSON.stringify(found);
}

const paths = readdirSync(one, { recursive: true }).filter((path) => path.endsWith(".js"));
console.log(JSON.stringify(paths.filter((path) => tree(one, path) !== tree(other, path))));
