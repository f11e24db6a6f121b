// Drafts of this browser: one signal for all of them, written through to its storage.

import { now } from "./clock.js";
import { kept, keptInTab } from "./edge/storage.js";
import { draftKey, isDraft, isDraftOf, isStale } from "./model/drafts.js";
import { me } from "./state.js";
import { signal } from "./vendor/signals.js";

/** @typedef {import("./model/drafts.js").Mode} Mode */
/** @typedef {import("./model/drafts.js").DraftText} DraftText */

/** Drafts are kept in this tab only, for machines that several people share: the person's choice. */
export const onlyInTab = signal(kept.read("desk.draftsOnlyInTab") === true);

/** @type {import("./vendor/signals.js").Signal<ReadonlyMap<string, DraftText>>} */
const drafts = signal(new Map());

const storage = () => (onlyInTab.value ? keptInTab : kept);

/** Reads what is stored, and forgets what is a week old. */
export function loadDrafts() {
  const found = new Map();
  for (const key of storage().keys().filter(isDraftOf(me.value?.agentId ?? ""))) {
    const draft = storage().read(key);
    if (isStale(draft, now())) storage().write(key, null);
    else found.set(key, draft);
  }
  drafts.value = found;
}

/** @type {(conversation: string, mode: Mode) => DraftText | null} */
export const draftOf = (conversation, mode) => drafts.value.get(keyOf(conversation, mode)) ?? null;

/**
 * @param {string} conversation
 * @param {Mode} mode
 * @param {string} text empty: forgotten
 */
export function saveDraft(conversation, mode, text) {
  const key = keyOf(conversation, mode);
  const draft = text.trim() ? { text, at: now() } : null;
  storage().write(key, draft);
  const next = new Map(drafts.value);
  if (draft) next.set(key, draft);
  else next.delete(key);
  drafts.value = next;
}

/** @param {boolean} only */
export function keepOnlyInTab(only) {
  const all = [...drafts.value];
  for (const [key] of all) storage().write(key, null);
  kept.write("desk.draftsOnlyInTab", only || null);
  onlyInTab.value = only;
  for (const [key, draft] of all) storage().write(key, draft);
}

/** Forgets every draft of this browser: somebody signs out. */
export function forgetDrafts() {
  for (const place of [kept, keptInTab]) for (const key of place.keys().filter(isDraft)) place.write(key, null);
  drafts.value = new Map();
}

/** @type {(conversation: string, mode: Mode) => string} */
const keyOf = (conversation, mode) => draftKey(me.value?.agentId ?? "", conversation, mode);
