import assert from "node:assert/strict";
import { test } from "node:test";

import { server } from "./browser.js";
import { chooseLanguage, formatNumber, formatTime, loadLanguage, t, tOr } from "../../desk/i18n.js";

test("no line ends before a sign that French sets apart, or within a number; values stay as they are", async () => {
  document.documentElement = { setAttribute() {} };
  server.answer = () => ({ ask: "Qui « {name} » : 1 024 mots, 5 % ; vraiment ?" });
  await loadLanguage();
  assert.equal(t("ask", { name: "a ?" }), "Qui «\u00a0a ?\u00a0»\u00a0: 1\u00a0024 mots, 5\u00a0%\u202f; vraiment\u202f?");
});

test("times, numbers and counts follow the language, whatever was said before in another one", async () => {
  server.answer = () => ({ "mails.one": "one", "mails.other": "more" });
  const day = () => formatTime("2026-11-30T00:00:00Z", { day: "numeric", month: "long", timeZone: "UTC" });
  const said = async (language) => {
    await chooseLanguage(language);
    return [day(), formatNumber(1.5), t("mails", { count: 0 })];
  };
  assert.deepEqual(await said("en"), ["30 November", "1.5", "more"]);
  assert.deepEqual(await said("fr"), ["30 novembre", "1,5", "one"]);
  assert.deepEqual(await said("en"), ["30 November", "1.5", "more"]);
  assert.equal(formatTime("2026-11-30T13:05:00Z", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" }), "13:05");
});

test("a code of the server that is newer than the desk is said as the server says it", async () => {
  document.documentElement = { setAttribute() {} };
  server.answer = () => ({ "reason.resolved": "solved" });
  await loadLanguage();
  assert.deepEqual(["resolved", "eaten"].map((code) => tOr(`reason.${code}`, code)), ["solved", "eaten"]);
});
