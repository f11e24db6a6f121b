// Quick replies: where a person asks for one while writing, and which fit.

import { folded } from "./choices.js";

/** @typedef {import("../types/api").components["schemas"]["QuickReplyView"]} QuickReply */

/**
 * @param {string} text
 * @param {number} caret
 * @returns {{from: number, query: string} | null} what is typed behind a `/` that begins a word
 */
export function slashBefore(text, caret) {
  const found = /(?:^|\s)\/([^\s/]*)$/u.exec(text.slice(0, caret));
  const query = found?.[1];
  return query === undefined ? null : { from: caret - query.length - 1, query };
}

/**
 * @param {readonly QuickReply[]} all
 * @param {string} query
 * @returns {QuickReply[]} those whose name begins so first, then those that have it anywhere
 */
export function fitting(all, query) {
  const wanted = folded(query);
  const begins = all.filter(({ name }) => folded(name).startsWith(wanted));
  const has = all.filter((one) => !begins.includes(one) && folded([one.name, ...one.tags, one.text].join(" ")).includes(wanted));
  return [...begins, ...has];
}
