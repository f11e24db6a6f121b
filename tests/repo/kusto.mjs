// Analyses KQL files with Microsoft's own parser against the tables of a workspace.
// In: the file with the tables' columns, then the queries. Out: JSON, the problems and the resulting columns of each file.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";

const [tablesFile, ...queryFiles] = process.argv.slice(2);
const load = createRequire(new URL("../../dev/node/package.json", import.meta.url));
load("@kusto/language-service-next/bridge.min.js");
load("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
const { GlobalState, KustoCode, Symbols } = globalThis.Kusto.Language;

const { common, own } = JSON.parse(readFileSync(tablesFile, "utf8"));
const tables = Object.entries(own).map(([name, columns]) => {
  const all = Object.entries({ ...common, ...columns }).map(([column, type]) => `${column}: ${type}`);
  return Symbols.TableSymbol.From(`(${all.join(", ")})`).WithName(name);
});
const workspace = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol("workspace", tables));

function listed(list) {
  return Array.from({ length: list?.Count ?? 0 }, (_, index) => list.getItem(index));
}

function analysed(file) {
  const text = readFileSync(file, "utf8");
  const code = KustoCode.ParseAndAnalyze(text, workspace);
  const lineAt = (position) => text.slice(0, position).split("\n").length;
  return {
    problems: listed(code.GetDiagnostics()).map(({ Code, Message, Start }) => `line ${lineAt(Start)}: ${Code}: ${Message}`),
    columns: listed(code.ResultType?.Columns).map(({ Name }) => Name),
  };
}

console.log(JSON.stringify(Object.fromEntries(queryFiles.map((file) => [basename(file, ".kql"), analysed(file)]))));
