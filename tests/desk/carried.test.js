import assert from "node:assert/strict";
import { test } from "node:test";

import { carried, referralIn } from "../../desk/model/carried.js";

const brought = (originalKind, data) => carried({ kind: "unsupported", originalKind, data });

test("a place has its names and a map to go to", () => {
  assert.deepEqual(brought("location", { latitude: 48.8584, longitude: -2.2945, name: "Tour", address: "5 av." }), {
    kind: "place", name: "Tour", address: "5 av.", at: "48.8584, -2.2945",
    href: "https://www.openstreetmap.org/?mlat=48.8584&mlon=-2.2945#map=16/48.8584/-2.2945",
  });
});

test("coordinates that are none lead nowhere", () => {
  for (const latitude of [91, NaN, Infinity, "48", null, true, "1&x=<script>"]) {
    assert.equal(brought("location", { latitude, longitude: 2, name: "Tour" }).href, "");
    assert.equal(brought("location", { latitude, longitude: 2 }), null);
  }
});

test("people are read as either provider spells them", () => {
  const people = [{ name: "Ana", phones: ["+33612345678"] }];
  assert.deepEqual(brought("contacts", { contacts: people }), { kind: "people", people });
  const spelled = [{ name: { formatted_name: "Ana" }, phones: [{ phone: "+33612345678", wa_id: "33612345678" }, {}] }, {}];
  assert.deepEqual(brought("contacts", { contacts: spelled }), { kind: "people", people });
});

test("an order has its lines and the customer's words", () => {
  assert.deepEqual(brought("order", { items: [{ id: "A", quantity: 3, price: 9.5, currency: "EUR" }], text: "Lundi" }), {
    kind: "order", items: [{ quantity: "3", name: "A", price: "9.5 EUR" }], words: "Lundi",
  });
});

test("a form has what was filled in", () => {
  const form = { kind: "form", fields: [{ name: "size", value: "M" }, { name: "days", value: "Mo, Tu" }] };
  const fields = { size: "M", days: ["Mo", "Tu"], flow_token: "secret", empty: "" };
  assert.deepEqual(brought("interactive", { fields }), form);
  assert.deepEqual(brought("interactive", { interactive: { nfmReply: { responseJson: JSON.stringify(fields) } } }), form);
  assert.equal(brought("interactive", { interactive: { nfmReply: { responseJson: "{…" } } }), null);
});

test("what was cut, or is of another kind, is not drawn", () => {
  for (const kind of ["location", "contacts", "order", "interactive"]) {
    for (const data of [null, {}, { contacts: "[{…", items: "…", fields: 1, location: [], order: null, interactive: "…" }]) {
      assert.equal(brought(kind, data), null);
    }
  }
  assert.equal(brought("poll", { latitude: 1, longitude: 1 }), null);
  assert.equal(brought(null, { latitude: 1, longitude: 1 }), null);
  assert.equal(carried({ kind: "text", originalKind: "location", data: { latitude: 1, longitude: 1 } }), null);
});

test("a referral leads to the web alone", () => {
  assert.deepEqual(referralIn({ referral: { headline: "Soldes", source_url: "https://fb.me/x", source_type: "post" } }), {
    headline: "Soldes", body: "", href: "https://fb.me/x", ad: false,
  });
  assert.equal(referralIn({ referral: { body: "Venez", source_url: "javascript:alert(1)" } }).href, "");
  for (const data of [null, {}, { referral: "…" }, { referral: { source_url: "data:text/html,x" } }]) assert.equal(referralIn(data), null);
});
