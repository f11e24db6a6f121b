// WhatsApp's marks and the addresses in a text, as pieces to be drawn. Nothing of a text is lost.

/**
 * @typedef {{kind: "text", text: string}
 *   | {kind: "link", text: string, href: string}
 *   | {kind: "code", text: string}
 *   | {kind: "bold" | "italic" | "strike", inside: Piece[]}} Piece
 */

const MARKS = /** @type {const} */ ({ "*": "bold", _: "italic", "~": "strike" });
const FENCE = "```";
/** An address ends at a space, at what could close it in a text, and at what turns the direction of writing. */
const ADDRESS = /https?:\/\/[^\s<>"«»\u200e\u200f\u202a-\u202e\u2066-\u2069]+/uy;
const TAIL = new Set([..."*_~.,;:!?'’)]}…"]);
const PAIRS = /** @type {const} */ ({ ")": "(", "]": "[", "}": "{" });
const WORD = /[\p{L}\p{N}]/u;

/** @typedef {{sign: keyof typeof MARKS | "", inside: Piece[]}} Open a mark that has begun; the text itself has none */

/**
 * Reads a text once, from left to right: at most one mark of each kind is open, so its time grows with its length alone.
 * @param {string} text
 * @returns {Piece[]}
 */
export function parse(text) {
  /** @type {Open[]} */
  const open = [{ sign: "", inside: [] }];
  let fences = text.includes(FENCE);
  let at = 0;
  let plain = 0;
  const put = (/** @type {Piece} */ piece) => innermost(open).inside.push(piece);
  const flush = () => {
    if (plain < at) put({ kind: "text", text: text.slice(plain, at) });
  };
  while (at < text.length) {
    const sign = /** @type {keyof typeof MARKS} */ (text[at]);
    if (fences && text.startsWith(FENCE, at)) {
      const end = text.indexOf(FENCE, at + FENCE.length + 1);
      fences = end >= 0;
      if (fences) {
        flush();
        put({ kind: "code", text: text.slice(at + FENCE.length, end) });
        at = plain = end + FENCE.length;
        continue;
      }
    } else if (sign in MARKS) {
      const depth = open.findIndex((one) => one.sign === sign);
      const closes = depth > 0 && canClose(text, at);
      if (closes || (depth < 0 && canOpen(text, at))) {
        flush();
        if (closes) close(open, depth);
        else open.push({ sign, inside: [] });
        plain = ++at;
        continue;
      }
    } else if (text[at] === "\n") {
      flush();
      plain = at;
      giveUp(open, 1);
    } else if (text[at] === "h" && !follows(text, at)) {
      const address = addressAt(text, at);
      if (address) {
        flush();
        put(address);
        at = plain = at + address.text.length;
        continue;
      }
    }
    at += 1;
  }
  flush();
  giveUp(open, 1);
  return innermost(open).inside;
}

/** @param {Open[]} open @returns {Open} */
const innermost = (open) => /** @type {Open} */ (open.at(-1));

/** A letter or digit stands before: inside of a word nothing begins. @type {(text: string, at: number) => boolean} */
const follows = (text, at) => at > 0 && WORD.test(text[at - 1] ?? "");

/** @type {(text: string, at: number) => boolean} */
const canOpen = (text, at) => !follows(text, at) && !isSpace(text[at + 1]) && text[at + 1] !== text[at];

/** @type {(text: string, at: number) => boolean} */
const canClose = (text, at) => !isSpace(text[at - 1]) && !WORD.test(text[at + 1] ?? "");

/** @param {string | undefined} letter */
const isSpace = (letter) => letter === undefined || /\s/u.test(letter);

/** Ends the mark at a depth; those that began inside of it and have no end are only signs. @type {(open: Open[], depth: number) => void} */
function close(open, depth) {
  giveUp(open, depth + 1);
  const { sign, inside } = /** @type {Open} */ (open.pop());
  if (sign) innermost(open).inside.push({ kind: MARKS[sign], inside });
}

/** What has no end on its line is only signs. @type {(open: Open[], depth: number) => void} */
function giveUp(open, depth) {
  while (open.length > depth) {
    const { sign, inside } = /** @type {Open} */ (open.pop());
    innermost(open).inside.push({ kind: "text", text: sign }, ...inside);
  }
}

/**
 * The address that begins here, without the signs that end the sentence around it.
 * @type {(text: string, at: number) => {kind: "link", text: string, href: string} | null}
 */
function addressAt(text, at) {
  ADDRESS.lastIndex = at;
  const found = ADDRESS.exec(text)?.[0];
  if (!found) return null;
  const unpaired = { ")": 0, "]": 0, "}": 0 };
  for (const letter of found) {
    for (const [end, begin] of Object.entries(PAIRS)) {
      if (letter === end) unpaired[/** @type {keyof typeof PAIRS} */ (end)] += 1;
      else if (letter === begin) unpaired[/** @type {keyof typeof PAIRS} */ (end)] -= 1;
    }
  }
  let length = found.length;
  for (let last = found[length - 1] ?? ""; TAIL.has(last); last = found[length - 1] ?? "") {
    if (last in PAIRS && unpaired[/** @type {keyof typeof PAIRS} */ (last)]-- <= 0) break;
    length -= 1;
  }
  const address = found.slice(0, length);
  return URL.canParse(address) ? { kind: "link", text: address, href: new URL(address).href } : null;
}
