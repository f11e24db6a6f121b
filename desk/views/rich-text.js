// A text as WhatsApp shows it: bold, italic, struck, code, and addresses that can be followed.

import { h } from "../vendor/preact.js";
import { parse } from "../model/rich-text.js";

/** @typedef {import("../model/rich-text.js").Piece} Piece */

const ELEMENTS = { bold: "strong", italic: "em", strike: "s" };

/** @param {{text: string}} props */
export const RichText = ({ text }) => h("p", { class: "words", dir: "auto" }, parse(text).map(drawn));

/** @type {(piece: Piece, index: number) => any} */
function drawn(piece, index) {
  switch (piece.kind) {
    case "text":
      return piece.text;
    case "code":
      return h("code", { key: index }, piece.text);
    case "link":
      return h("a", { key: index, href: piece.href, target: "_blank", rel: "noopener noreferrer" }, piece.text);
    default:
      return h(ELEMENTS[piece.kind], { key: index }, piece.inside.map(drawn));
  }
}
