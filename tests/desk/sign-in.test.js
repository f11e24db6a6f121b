import assert from "node:assert/strict";
import { test } from "node:test";
import { addressIn, answerIn, SignInFailed, stateOf } from "../../desk/model/sign-in.js";

test("the place where the person was comes back with the answer", () => {
  for (const address of ["", "#/mine", "?lang=fr#/queue/a%20b", "?a=1"]) assert.equal(addressIn(stateOf("proof", address)), address);
});

test("an answer is found where the tenant puts it, and nothing else is one", () => {
  const found = (/** @type {string} */ address) => answerIn(address)?.get("state");
  assert.equal(found("#code=c&state=s%20%23%2Fmine"), "s #/mine");
  assert.equal(found("?error=access_denied&state=s"), "s");
  assert.equal(found("?lang=fr#code=c&state=s"), "s");
  for (const address of ["", "#/mine", "?lang=fr#/c/1?code=c", "?code=c", "#state=s"]) assert.equal(answerIn(address), null, address);
});

test("a refusal has the tenant's own code, where it gives one", () => {
  const words = "AADSTS50105: The signed in user is not assigned.\r\nTrace ID: 11-22\r\nCorrelation ID: 33";
  const { code, message, requestId } = new SignInFailed("access_denied", words);
  assert.deepEqual([code, message, requestId], ["AADSTS50105", words, "11-22"]);
  assert.equal(new SignInFailed("access_denied").code, "access_denied");
});
