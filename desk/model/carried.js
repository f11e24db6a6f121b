// What a message carries that has no kind of its own: a place, people, an order, a form. Nothing of it is taken for granted:
// it comes from strangers, in the shapes of two providers, and may have been cut.

/**
 * @typedef {{kind: "place", name: string, address: string, at: string, href: string}
 *   | {kind: "people", people: {name: string, phones: string[]}[]}
 *   | {kind: "order", items: {quantity: string, name: string, price: string}[], words: string}
 *   | {kind: "form", fields: {name: string, value: string}[]}} Carried
 * @typedef {{headline: string, body: string, href: string, ad: boolean}} Referral
 * @typedef {Readonly<Record<string, unknown>>} Data
 */

/** What a form carries for whoever sent it; the customer filled in everything else. */
const HIDDEN = "flow_token";

/** @type {Readonly<Record<string, (data: Data) => Carried | null>>} */
const READERS = { location: placeIn, contacts: peopleIn, order: orderIn, interactive: formIn };

/**
 * @param {{kind: string, originalKind: string | null, data: Data | null}} message
 * @returns {Carried | null} null: there is nothing that can be drawn
 */
export function carried({ kind, originalKind, data }) {
  const read = kind === "unsupported" ? READERS[originalKind?.toLowerCase() ?? ""] : undefined;
  return read && data ? read(data) : null;
}

/** The ad or post by which somebody came. @param {Data | null} data @returns {Referral | null} */
export function referralIn(data) {
  const referral = part(data, "referral");
  const found = { headline: said(referral.headline), body: said(referral.body), href: web(said(referral.source_url)), ad: referral.source_type !== "post" };
  return found.headline || found.body || found.href ? found : null;
}

/** @param {Data} data @returns {Carried | null} */
function placeIn(data) {
  const place = filled(part(data, "location"), data);
  const latitude = degrees(place.latitude, 90);
  const longitude = degrees(place.longitude, 180);
  const known = latitude !== "" && longitude !== "";
  const name = said(place.name);
  const address = said(place.address);
  if (!known && !name && !address) return null;
  const href = known ? `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}` : "";
  return { kind: "place", name, address, at: known ? `${latitude}, ${longitude}` : "", href };
}

/** @param {unknown} value @param {number} most */
const degrees = (value, most) => (typeof value === "number" && Math.abs(value) <= most ? String(Number(value.toFixed(6))) : "");

/** @param {Data} data @returns {Carried | null} */
function peopleIn(data) {
  const people = parts(data, "contacts").map(({ name, phones }) => ({
    name: first(name, "formatted_name", "formattedName"),
    phones: list(phones).map((phone) => first(phone, "phone", "wa_id", "waId")).filter(Boolean),
  }));
  const known = people.filter(({ name, phones }) => name || phones.length > 0);
  return known.length > 0 ? { kind: "people", people: known } : null;
}

/** @param {Data} data @returns {Carried | null} */
function orderIn(data) {
  const order = filled(part(data, "order"), data);
  const given = ["items", "product_items", "productItems"].flatMap((name) => parts(order, name));
  const items = given.map((item) => ({
    quantity: said(item.quantity),
    name: first(item, "id", "product_retailer_id", "productRetailerId"),
    price: [first(item, "price", "item_price", "itemPrice"), said(item.currency)].filter(Boolean).join(" "),
  }));
  return items.length > 0 ? { kind: "order", items, words: said(order.text) } : null;
}

/** @param {Data} data @returns {Carried | null} */
function formIn(data) {
  const fields = Object.entries(filledIn(data))
    .map(([name, value]) => ({ name, value: list(value).map(said).filter(Boolean).join(", ") || said(value) }))
    .filter(({ name, value }) => name !== HIDDEN && value);
  return fields.length > 0 ? { kind: "form", fields } : null;
}

/** Providers bring it as an object, or as the text of one. @param {Data} data @returns {Data} */
function filledIn(data) {
  const fields = filled(part(data, "fields"), part(part(data, "form"), "fields"));
  if (Object.keys(fields).length > 0) return fields;
  const tapped = part(data, "interactive");
  const reply = filled(part(tapped, "nfmReply"), part(tapped, "nfm_reply"));
  const text = reply.responseJson ?? reply.response_json;
  try {
    return object(typeof text === "string" ? JSON.parse(text) : text);
  } catch {
    return {};
  }
}

/** @param {unknown} value @returns {Data} */
const object = (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? /** @type {Data} */ (value) : {});

/** @param {Data | null} data @param {string} name */
const part = (data, name) => object(data?.[name]);

/** @param {Data} one @param {Data} other */
const filled = (one, other) => (Object.keys(one).length > 0 ? one : other);

/** @param {unknown} value @returns {unknown[]} */
const list = (value) => (Array.isArray(value) ? value : []);

/** @param {Data} data @param {string} name */
const parts = (data, name) => list(data[name]).map(object);

/** What a value says, or the first of its fields that says something. @param {unknown} value @param {string[]} names */
const first = (value, ...names) => said(value) || (names.map((name) => said(object(value)[name])).find(Boolean) ?? "");

/** A text or a number; anything else says nothing. @param {unknown} value */
const said = (value) => (typeof value === "string" || typeof value === "number" ? String(value).trim() : "");

/** @param {string} address @returns {string} "" where it does not lead to the web */
const web = (address) => (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol) ? new URL(address).href : "");
