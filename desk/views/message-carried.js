// What a message carries that has no kind of its own, drawn for people; and the ad or post by which they came.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { plain } from "../model/names.js";
import { looksLikePhone, spaced, spoken } from "../model/phone.js";
import { Fact } from "../parts/fact.js";
import { Icon } from "../parts/icon.js";
import { RichText } from "./rich-text.js";

/** @typedef {import("../model/carried.js").Carried} Carried */

/** @param {{found: Carried}} props */
export function CarriedThing({ found }) {
  switch (found.kind) {
    case "place":
      return h(Place, found);
    case "people":
      return h("ul", { class: "carried people" }, found.people.map((person, index) => h(Person, { key: index, ...person })));
    case "order":
      return h(Order, found);
    default:
      return h("dl", { class: "carried facts" }, found.fields.map(({ name, value }) => h(Fact, { key: name, name: plain(name) }, h("span", null, value))));
  }
}

/** Nothing is fetched for it: who wants to see the map follows the link. @param {Extract<Carried, {kind: "place"}>} props */
const Place = ({ name, address, at, href }) =>
  h(
    "div",
    { class: "carried place" },
    h("p", { class: "what choice" }, h(Icon, { name: "map-pin" }), h("bdi", null, plain(name) || t("message.place"))),
    address && h("p", { dir: "auto" }, address),
    href && h("p", null, outward(href, t("message.map")), " ", h("bdi", { class: "quiet" }, at)),
  );

/** @param {{name: string, phones: string[]}} props */
const Person = ({ name, phones }) =>
  h(
    "li",
    null,
    h("p", { class: "what choice" }, h(Icon, { name: "user-round" }), h("bdi", null, plain(name) || t("message.contact"))),
    phones.map((phone, index) => h("p", { key: index, class: "number" }, h(Phone, { phone }))),
  );

/** Without its calling code nobody can tell how a number is written. @param {{phone: string}} props */
const Phone = ({ phone }) =>
  phone.startsWith("+") && looksLikePhone(phone)
    ? h("span", { "aria-label": spoken(phone), role: "text", dir: "ltr" }, spaced(phone))
    : h("bdi", null, plain(phone));

/** @param {Extract<Carried, {kind: "order"}>} props */
const Order = ({ items, words }) =>
  h(
    "div",
    { class: "carried order" },
    h(
      "table",
      null,
      h("thead", null, h("tr", null, ORDER.map((key) => h("th", { key, scope: "col" }, t(key))))),
      h("tbody", null, items.map(({ quantity, name, price }, index) =>
        h("tr", { key: index }, h("td", null, quantity), h("td", { dir: "auto" }, plain(name)), h("td", null, h("bdi", null, price))))),
    ),
    words && h(RichText, { text: words }),
  );

const ORDER = ["message.order.quantity", "message.order.article", "message.order.price"];

/** What is about an earlier message. @param {{icon: string, words: string}} props */
export const About = ({ icon, words }) => h("p", { class: "what" }, h(Icon, { name: icon }), h("span", null, words));

/** @param {import("../model/carried.js").Referral} props */
export const Referred = ({ headline, body, href, ad }) =>
  h(
    "div",
    { class: "quote referral" },
    h("span", { class: "author" }, t(ad ? "message.fromAd" : "message.fromPost")),
    headline && h("strong", { dir: "auto" }, headline),
    body && h("span", { class: "quoted", dir: "auto" }, body),
    href && outward(href, t("message.openSource")),
  );

/** @param {string} href @param {string} words */
const outward = (href, words) => h("a", { href, target: "_blank", rel: "noopener noreferrer" }, words);
