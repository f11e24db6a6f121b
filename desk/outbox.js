// Sends what people wrote: stored before the first call, tried until the server has said yes or no.

import { learnLines, refreshThread } from "./actions/thread.js";
import { reasonOf, tell } from "./actions/notices.js";
import { uploadFile } from "./actions/uploads.js";
import { api, ApiError } from "./api.js";
import { attach } from "./attachments.js";
import { addToDraft, draftOf, keepTyped, saveDraft } from "./drafts.js";
import { isOnline, newId, onNetwork, onReturn } from "./edge/browser.js";
import { forgetAllFiles, forgetFile, keepFile, readFile } from "./edge/kept-files.js";
import { heldLocks, holdForever, holding } from "./edge/locks.js";
import { kept } from "./edge/storage.js";
import { every, later, now } from "./edge/time.js";
import { afterReload, isDone, mayTakeBack, nextDue, ready, tryLater } from "./model/outbox.js";
import { t } from "./i18n.js";
import { ended } from "./session.js";
import { drop, me, put, threads } from "./state.js";
import { effect, signal } from "./vendor/signals.js";

/** @typedef {import("./model/outbox.js").OutboxRow} OutboxRow */

/** What is on its way, oldest first. */
export const outbox = signal(/** @type {readonly OutboxRow[]} */ ([]));

/** How much of a file has gone, from 0 to 1, by the key of its row. */
export const progress = signal(/** @type {ReadonlyMap<string, number>} */ (new Map()));

const LOOK_MS = 30_000;

/** @type {() => void} */
let cancelAlarm = () => {};

const tab = newId();
/** A row is stored under the tab that sends it, for as long as that tab lives. @type {(owner: string) => string} */
const lockOf = (owner) => `desk-outbox-tab:${owner}`;
const prefix = () => `desk.outbox:${me.value?.agentId}:`;

/** Takes up what an earlier visit, or a tab that is closed, has left. */
export async function startOutbox() {
  holdForever(lockOf(tab));
  await adopt();
  onReturn(() => void adopt());
  every(LOOK_MS, () => void adopt());
  effect(() => {
    forgetDone(threads.value);
    deliver();
  });
  onNetwork((online) => online && deliver(true));
}

/** @param {typeof threads.value} open */
function forgetDone(open) {
  const done = outbox.peek().filter((row) => isDone(row, open.get(row.conversationId)));
  if (done.length) keep((rows) => rows.filter((row) => !done.includes(row)));
}

const adopt = () => holding(`desk-outbox-adopt:${me.value?.agentId}`, adoptAlone);

/** Other tabs do the like: each row is taken up once. It is stored anew before it is forgotten: a crash loses nothing. */
async function adoptAlone() {
  const alive = await heldLocks();
  const left = kept
    .keys()
    .filter((key) => key.startsWith(prefix()) && !alive.has(lockOf(key.split(":")[2] ?? "")))
    .map((key) => ({ key, row: /** @type {OutboxRow | null} */ (kept.read(key)) }));
  const known = new Map(left.flatMap(({ row }) => (row ? [[row.key, row]] : [])));
  const { rows, givenBack } = afterReload([...known.values()]);
  if (rows.length) keep((mine) => [...rows, ...mine].sort((one, other) => one.at - other.at));
  givenBack.forEach(giveBack);
  left.forEach(({ key }) => kept.write(key, null));
  if (rows.length) deliver();
}

/**
 * Hands over something to be sent, and returns at once: it is shown from now on.
 * @param {Pick<OutboxRow, "conversationId" | "contactName" | "kind" | "body">} what
 * @param {number} [undoMs] for how long it can be taken back
 * @param {{content: Blob, name: string}} [file] that goes with it
 */
export function post(what, undoMs = 0, file) {
  const at = Math.max(now(), (outbox.peek().at(-1)?.at ?? 0) + 1); // their order, also after a reload
  const key = newId();
  const state = undoMs ? "undoable" : "queued";
  if (file) keepFile(key, file.content);
  const more = file ? { file: { name: file.name, type: file.content.type } } : {};
  keep((rows) => [...rows, { ...what, ...more, key, state, at, due: at + undoMs, tries: 0 }]);
  deliver();
}

/** Takes back what has not left yet; its words are a draft again. @param {string} key */
export function takeBack(key) {
  const row = outbox.value.find((one) => one.key === key);
  if (!row || !mayTakeBack(row)) return;
  keep((rows) => rows.filter((one) => one !== row));
  giveBack(row);
}

/** Sends what can go now. @param {boolean} [atOnce] also what waits for its next try */
function deliver(atOnce = false) {
  if (ended.value) return;
  if (atOnce) keep((rows) => rows.map((row) => (row.state === "queued" ? { ...row, due: 0 } : row)));
  for (const row of ready(sendable(), now())) void deliverOne(row);
  cancelAlarm();
  const due = nextDue(sendable());
  if (due !== null) cancelAlarm = later(Math.max(50, due - now()), () => deliver());
}

const sendable = () => outbox.peek().filter((row) => !isBehind(row.conversationId));

/** What a colleague did is seen before anything goes out. @param {string} id */
const isBehind = (id) => threads.peek().get(id)?.behind === true && threads.peek().get(id)?.loading === true;

/** @param {OutboxRow} row */
async function deliverOne(row) {
  change(row.key, (one) => ({ ...one, state: "posting" }));
  const online = isOnline();
  const path = `conversations/${row.conversationId}/${row.kind === "note" ? "notes" : "replies"}`;
  try {
    const json = row.file ? await withUpload(row, row.file.name) : row.body;
    const { body } = await holding(`desk-outbox:${row.conversationId}`, () => api("POST", path, { json, key: row.key }));
    accepted(row, body);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (!outbox.peek().some((one) => one.key === row.key)) return; // the person has signed out
    if (error.problem.replyId) accepted(row, error.problem); // kept by the server, which goes on by itself
    else if (error.passing) change(row.key, (one) => tryLater(one, error, now(), online));
    else refused(row, error);
  }
  deliver();
}

/**
 * @param {OutboxRow} row
 * @param {string} name of its file
 * @returns {Promise<Record<string, any>>} the body, with the file at the server
 */
async function withUpload(row, name) {
  if (row.body["mediaId"]) return row.body;
  const file = await readFile(row.key);
  if (!file) throw new ApiError(410, { code: "file_lost" });
  const mediaId = await uploadFile(row.conversationId, file, name, {
    key: row.key,
    onProgress: (part) => put(progress, row.key, part),
  });
  drop(progress, row.key);
  const body = { ...row.body, mediaId };
  change(row.key, (one) => ({ ...one, body }));
  return body;
}

/** @type {(row: OutboxRow, answer: any) => void} */
function accepted(row, answer) {
  if (row.kind === "note") {
    learnLines(row.conversationId, [answer]);
    keep((rows) => rows.filter((one) => one.key !== row.key));
  } else {
    change(row.key, (one) => ({ ...one, state: "accepted", replyId: answer.replyId }));
    forgetDone(threads.peek());
  }
  if (row.file) forgetFile(row.key);
  void refreshThread(row.conversationId);
}

/** @type {(row: OutboxRow, error: ApiError) => void} */
function refused(row, error) {
  giveBack(row);
  keep((rows) => rows.filter((one) => one.key !== row.key));
  tell("bad", t("outbox.refused", { name: row.contactName, reason: reasonOf(error) }));
  void refreshThread(row.conversationId);
}

/** What was written comes back to the composer, before what is there by now. @param {OutboxRow} row */
function giveBack(row) {
  const { conversationId: id, body, kind, file } = row;
  if (file) void giveBackFile(row, file.name);
  if (body["kind"] === "template") saveDraft(id, "template", JSON.stringify(body));
  const words = body["text"] ?? body["caption"];
  if (!words) return;
  keepTyped();
  const mode = kind === "note" ? "note" : "reply";
  if (draftOf(id, mode)?.text === words) saveDraft(id, mode, words); // not twice
  else addToDraft(id, mode, words, "before");
}

/** @type {(row: OutboxRow, name: string) => Promise<void>} */
async function giveBackFile({ key, conversationId }, name) {
  const content = await readFile(key);
  if (content) attach(conversationId, content, name);
  forgetFile(key);
}

/** @type {(key: string, how: (row: OutboxRow) => OutboxRow) => void} */
const change = (key, how) => keep((rows) => rows.map((row) => (row.key === key ? how(row) : row)));

/** @param {(rows: readonly OutboxRow[]) => readonly OutboxRow[]} how */
function keep(how) {
  const before = outbox.peek();
  const after = how(before);
  for (const row of before) if (!after.some((one) => one.key === row.key)) kept.write(addressOf(row), null);
  for (const row of after) if (!before.includes(row)) kept.write(addressOf(row), row);
  outbox.value = after;
}

/** @param {OutboxRow} row */
const addressOf = (row) => `${prefix()}${tab}:${row.key}`;

/** Forgets what has not gone out: somebody signs out. */
export function forgetOutbox() {
  kept.forget((key) => key.startsWith(prefix()));
  forgetAllFiles();
  keep(() => []);
}
