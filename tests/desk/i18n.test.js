import assert from "node:assert/strict";
import { test } from "node:test";

import { server } from "./browser.js";
import { loadLanguage, t } from "../../desk/i18n.js";

test("no line ends before a sign that French sets apart, or within a number; values stay as they are", async () => {
  document.documentElement = { setAttribute() {} };
  server.answer = () => ({ ask: "Qui « {name} » : 1 024 mots, 5 % ; vraiment ?" });
  await loadLanguage();
  assert.equal(t("ask", { name: "a ?" }), "Qui «\u00a0a ?\u00a0»\u00a0: 1\u00a0024 mots, 5\u00a0%\u202f; vraiment\u202f?");
});
