// Drafts of this browser: one signal for all of them, written through to its storage.

import { now } from "./clock.js";
import { onLeave } from "./edge/browser.js";
import { kept, keptInTab, onKept } from "./edge/storage.js";
import { later } from "./edge/time.js";
import { draftKey, isDraft, isDraftOf, isStale } from "./model/drafts.js";
import { me } from "./state.js";
import { signal } from "./vendor/signals.js";

/** @typedef {import("./model/drafts.js").Mode} Mode */
/** @typedef {import("./model/drafts.js").DraftText} DraftText */

const ONLY_IN_TAB = "desk.draftsOnlyInTab";

/** Drafts are kept in this tab only, for machines that several people share: the person's choice. */
export const onlyInTab = signal(kept.read(ONLY_IN_TAB) === true);

/** @type {import("./vendor/signals.js").Signal<ReadonlyMap<string, DraftText>>} */
const drafts = signal(new Map());

/** How often somebody else than its editor has changed a draft: an editor then shows what is kept. */
export const rewritten = signal(0);

const SAVED_AFTER_MS = 300;

/** What was typed and is not kept yet. @type {Map<string, string>} */
const typed = new Map();

const storage = () => (onlyInTab.value ? keptInTab : kept);

/** Reads what is stored, forgets what is a week old, and follows what other tabs of the person write. */
export function loadDrafts() {
  onLeave(keepTyped);
  const isMine = isDraftOf(me.value?.agentId ?? "");
  onKept((key, forgotten) => {
    if (key === ONLY_IN_TAB) return moveDrafts(!forgotten);
    if (!isMine(key) || onlyInTab.value || typed.has(key)) return;
    keepTyped();
    show(key, kept.read(key));
    rewritten.value++;
  });
  const found = new Map();
  for (const key of storage().keys().filter(isMine)) {
    const draft = storage().read(key);
    if (isStale(draft, now())) storage().write(key, null);
    else found.set(key, draft);
  }
  drafts.value = found;
}

/** @type {(conversation: string, mode: Mode) => DraftText | null} */
export const draftOf = (conversation, mode) => drafts.value.get(keyOf(conversation, mode)) ?? null;

/**
 * Puts words where somebody writes, or takes them away.
 * @param {string} conversation
 * @param {Mode} mode
 * @param {string} text empty: forgotten
 */
export function saveDraft(conversation, mode, text) {
  keepTyped();
  keep(keyOf(conversation, mode), text);
  rewritten.value++;
}

/**
 * Joins words to those where somebody writes, on lines of their own; what is typed at the moment is among those.
 * @param {string} conversation
 * @param {Mode} mode
 * @param {string} words
 * @param {"before" | "after"} where
 */
export function addToDraft(conversation, mode, words, where) {
  keepTyped();
  const there = draftOf(conversation, mode)?.text;
  const all = where === "before" ? [words, there] : [there, words];
  saveDraft(conversation, mode, there ? all.join("\n") : words);
}

/**
 * Keeps what an editor holds, within 300 ms.
 * @param {string} conversation
 * @param {Mode} mode
 * @param {string} text
 */
export function typeDraft(conversation, mode, text) {
  if (typed.size === 0) later(SAVED_AFTER_MS, keepTyped);
  typed.set(keyOf(conversation, mode), text);
}

/** Keeps at once what was typed: the page, or the conversation, is left. */
export function keepTyped() {
  for (const [key, text] of typed) keep(key, text);
  typed.clear();
}

/** @type {(key: string, text: string) => void} */
function keep(key, text) {
  const draft = text.trim() ? { text, at: now() } : null;
  storage().write(key, draft);
  show(key, draft);
}

/** @type {(key: string, draft: DraftText | null) => void} */
function show(key, draft) {
  const next = new Map(drafts.value);
  if (draft) next.set(key, draft);
  else next.delete(key);
  drafts.value = next;
}

/** In every tab of this browser: the others hear of it before what they share goes. @param {boolean} only */
export function keepOnlyInTab(only) {
  kept.write(ONLY_IN_TAB, only || null);
  moveDrafts(only);
}

/** @param {boolean} only */
function moveDrafts(only) {
  const all = [...drafts.value];
  for (const [key] of all) storage().write(key, null);
  onlyInTab.value = only;
  for (const [key, draft] of all) storage().write(key, draft);
}

/** Forgets every draft of this browser: somebody signs out. */
export function forgetDrafts() {
  typed.clear();
  for (const place of [kept, keptInTab]) place.forget(isDraft);
  drafts.value = new Map();
}

/** @type {(conversation: string, mode: Mode) => string} */
const keyOf = (conversation, mode) => draftKey(me.value?.agentId ?? "", conversation, mode);
