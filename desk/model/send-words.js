// What the composer's button will do, by what the server has said that a reply would do now.

/** @typedef {import("../types/shapes").NextReply} NextReply */
/** @typedef {NonNullable<NextReply["template"]>} NextTemplate */

/**
 * @typedef {object} Plan
 * @property {"message" | "template" | "held" | "refused"} delivery
 * @property {string} words key of the button's words
 * @property {boolean} holds the words wait until the customer writes
 * @property {NextTemplate | null} template that goes out
 * @property {string | null} reason code of the refusal
 * @property {boolean} mayHold instead of sending the template, the words may simply be held
 * @property {"hold" | null} whenWindowClosed what the person chose in place of the usual
 */

/** @type {Plan} */
const UNKNOWN = {
  delivery: "refused", words: "send.message", holds: false, template: null, reason: null, mayHold: false, whenWindowClosed: null,
};

/**
 * @param {object} now
 * @param {NextReply | null | undefined} now.next
 * @param {boolean} now.file whether a file goes along, which may fare otherwise than words
 * @param {boolean} now.onlyHold the person wants no template sent
 * @param {boolean} now.offline
 * @returns {Plan}
 */
export function planOf({ next, file, onlyHold, offline }) {
  if (!next) return UNKNOWN;
  const fate = (file && next.media) || next;
  const mayHold = fate.delivery === "template" && fate.holds;
  const held = mayHold && onlyHold;
  const delivery = held ? "held" : fate.delivery;
  return {
    delivery,
    words: offline && delivery !== "refused" ? "send.offline" : WORDS[delivery](fate.holds),
    holds: fate.holds,
    template: held ? null : (fate.template ?? null),
    reason: fate.reason ?? null,
    mayHold,
    whenWindowClosed: held ? "hold" : null,
  };
}

/** @type {Record<Plan["delivery"], (holds: boolean) => string>} */
const WORDS = {
  message: () => "send.message",
  template: (holds) => (holds ? "send.templateAndHold" : "send.template"),
  held: () => "send.hold",
  refused: () => "send.message",
};

const PLACE = "{reply}";

/**
 * The template as the customer will read it, with the person's words in one line, as far as there is room for them.
 * @param {NextTemplate} template
 * @param {string} words
 */
export function filledTemplate({ text, replyText }, words) {
  const line = words.trim().replaceAll(/\s+/g, " ");
  const cut = line.length > replyText.max ? `${line.slice(0, Math.max(0, replyText.max - 1)).toWellFormed()}…` : line;
  return text.replaceAll(PLACE, () => cut || "…");
}

/**
 * How much of a customer's window a change of plans tells of.
 * @param {Plan["delivery"]} before
 * @param {Plan} plan
 * @returns {boolean} the window has closed meanwhile
 */
export const hasClosed = (before, plan) =>
  before === "message" && (plan.delivery === "template" || plan.delivery === "held" || plan.reason === "window_closed");
