// Closing, with some seconds to undo it. A page that is left meanwhile closes nothing: its words are there again.

import { kept } from "../edge/storage.js";
import { later } from "../edge/time.js";
import { t } from "../i18n.js";
import { bodyOf, due, lastHeard } from "../model/closing.js";
import { outbox } from "../outbox.js";
import { drop, me, put, threads } from "../state.js";
import { signal } from "../vendor/signals.js";
import { closeNow } from "./lifecycle.js";
import { tell } from "./notices.js";
import { openThread } from "./thread.js";

/** @typedef {import("../model/closing.js").Ending} Ending */
/** @typedef {import("../model/closing.js").Closing} Closing */

const PREFIX = "desk.ending";
const UNDO_MS = 5_000;
const AGAIN_MS = 1_000;

/** The conversations that are about to be closed, by id. */
export const closings = signal(/** @type {ReadonlyMap<string, Closing>} */ (new Map()));

/**
 * Closes a conversation in some seconds, unless the person undoes it.
 * @param {string} id
 * @param {string} name of the customer
 * @param {Ending} ending
 */
export function closeSoon(id, name, ending) {
  const closing = { id, name, ending, heard: lastHeard(threads.peek().get(id)?.lines ?? []) };
  kept.write(addressOf(id), ending);
  put(closings, id, closing);
  const cancel = later(UNDO_MS, () => void finish(closing));
  const undo = () => (cancel(), forget(id));
  tell("info", t("close.soon", { name }), { action: { label: t("action.undo"), act: undo }, ms: UNDO_MS });
}

/** What was written for the end of a conversation that did not come to it. @param {string} id @returns {Ending | null} */
export const endingBegun = (id) => kept.read(addressOf(id));

/** @param {Closing} closing */
async function finish(closing) {
  const { id, name, ending } = closing;
  if (threads.peek().get(id)?.behind) await openThread(id);
  if (closings.peek().get(id) !== closing) return;
  const thread = threads.peek().get(id);
  const busy = thread?.behind === true || outbox.peek().some((row) => row.conversationId === id && row.state !== "accepted");
  const what = due(closing, thread?.lines ?? [], busy);
  if (what === "wait") return void later(AGAIN_MS, () => void finish(closing));
  if (what === "keep") tell("bad", t("close.notClosed", { name }));
  else if (await closeNow(id, bodyOf(ending))) kept.write(addressOf(id), null);
  forget(id);
}

/** @param {string} id */
const forget = (id) => drop(closings, id);

/** Forgets what was written for the end of conversations, and closes none: somebody signs out. */
export function forgetEndings() {
  kept.forget((key) => key.startsWith(PREFIX));
  closings.value = new Map();
}

/** @param {string} id */
const addressOf = (id) => `${PREFIX}:${me.value?.agentId}:${id}`;
