// What changes, as it changes: GET /changes, asked by one tab for all tabs of the person.

import { loadMe, onShift } from "./actions/me.js";
import { loadLists, reloadLists } from "./actions/lists.js";
import { fallBehind, hearOf, refreshLines, refreshThread } from "./actions/thread.js";
import { api, ApiError, query } from "./api.js";
import { isVisible, newId, onClose, onNetwork, onReturn } from "./edge/browser.js";
import { joinTabs } from "./edge/tabs.js";
import { later, now, pause } from "./edge/time.js";
import { backOff } from "./model/back-off.js";
import { merge } from "./model/rows.js";
import { listPlace, place } from "./router.js";
import { ended } from "./session.js";
import { me, offlineSince, queues, rows, threads, viewers } from "./state.js";
import { effect, signal } from "./vendor/signals.js";

/**
 * @typedef {object} News an answer of GET /changes
 * @property {string} cursor
 * @property {import("./state.js").Row[]} rows
 * @property {{id: string, version: number}[]} gone
 * @property {{id: string, revision: number, from: string}[]} threads
 * @property {Record<string, string[]>} viewers
 * @property {Record<string, {length: number, oldestWaitSeconds: number | null}>} queues
 * @property {boolean} resync
 * @property {number} [pollAfterMs]
 */

/** @typedef {{client: string, open: string[], cursor: string | null}} Tab what a tab says of itself: what it has open, how far it has heard */

const WAIT_S = 25;
/** The numbers of queues in an answer may be so old: after a change they are asked for once more. */
const COUNTS_WAIT_S = 5;
/** A call that hangs for longer is dead: a network can go without a word. */
const PATIENCE_MS = 35_000;
const BETWEEN_MS = 1_000;
const QUIET_MS = 600_000;
const QUIET_PAUSE_MS = 30_000;
const OFFLINE_AFTER_MS = 5_000;
const LONG_AWAY_MS = 60_000;
const MAX_OPEN = 5;

/** The newest rows, and all rows as they were before, for those who make something of news: sounds. */
export const news = signal(/** @type {{rows: News["rows"], before: import("./model/rows.js").Rows} | null} */ (null));

const client = newId();
/** @type {string | null} */
let cursor = null;
let countsMayBeOld = false;
/** Something was missed, and the lists could not be had since. */
let isBehind = false;
let lastNews = now();
let lastHeard = now();
/** What the other tabs have open. @type {Map<string, string[]>} */
const openElsewhere = new Map();
let restart = new AbortController();
/** What forgets that the server has not answered of late; null: it has. @type {(() => void) | null} */
let cancelOffline = null;
/** Says something to the other tabs. @type {(message: Tab | News) => void} */
let say = () => {};

/** Starts to listen; the first answer brings the cursor, and only then are the lists loaded. */
export function startLive() {
  say = joinTabs(me.value?.agentId ?? "", { lead: (signal) => void poll(signal), hear: hearTab });
  effect(() => {
    onShift.value;
    say({ client, open: openHere(), cursor });
    restart.abort();
  });
  onClose(() => say({ client, open: [], cursor }));
  onReturn(catchUp);
  onNetwork((online) => {
    if (!online) offlineSince.value ??= now();
  });
}

const openHere = () => (place.value.view === "conversation" ? [place.value.id] : []);

/** @param {AbortSignal} leading */
async function poll(leading) {
  let failures = 0;
  while (!leading.aborted && !ended.value) {
    restart = new AbortController();
    const signal = AbortSignal.any([leading, restart.signal]);
    const asked = now();
    const first = cursor === null;
    let rest = 0;
    try {
      const { body } = await api("GET", `changes${query(question())}`, { signal, limitMs: PATIENCE_MS });
      failures = 0;
      hear(body);
      say(body);
      if (first) void begin();
      rest = pauseAfter(body);
    } catch (error) {
      if (!signal.aborted && !ended.value) rest = restAfter(error, failures++);
    }
    await pause(rest, signal);
    await pause(BETWEEN_MS - (now() - asked), leading);
  }
}

/** @type {(error: unknown, failures: number) => number} how long to wait before the next call, in milliseconds */
function restAfter(error, failures) {
  const { passing = true, status = 0, retryAfter = null } = error instanceof ApiError ? error : {};
  if (passing && status !== 429) goOffline();
  return Math.max(retryAfter ?? 0, backOff(failures) * (0.8 + 0.4 * Math.random())) * 1_000;
}

const isQuiet = () => !isVisible() && now() - lastNews > QUIET_MS;

/** Whether the server is there: it is asked without waiting for news, so that its answer ends "offline" at once. */
const isInDoubt = () => cancelOffline !== null || offlineSince.value !== null;

const question = () => ({
  cursor,
  open: [...new Set([...openHere(), ...[...openElsewhere.values()].flat()])].slice(0, MAX_OPEN).join(",") || null,
  client,
  shift: onShift.value ? 1 : 0,
  wait: cursor === null || isQuiet() || isInDoubt() ? 0 : countsMayBeOld || isBehind ? COUNTS_WAIT_S : WAIT_S,
});

/** @param {News} answer */
const pauseAfter = (answer) => Math.max(answer.pollAfterMs ?? 0, isQuiet() ? QUIET_PAUSE_MS : 0);

/** @param {Tab | News} said */
function hearTab(said) {
  if (!("client" in said)) return hear(said);
  if (!openElsewhere.has(said.client)) say({ client, open: openHere(), cursor }); // it may not know this tab
  openElsewhere.set(said.client, said.open);
  restart.abort();
  if (cursor !== null || said.cursor === null) return;
  cursor = said.cursor;
  void begin();
}

/** @param {News} answer */
function hear(answer) {
  cancelOffline?.();
  cancelOffline = null;
  offlineSince.value = null;
  lastHeard = now();
  cursor = answer.cursor;
  viewers.value = answer.viewers;
  if (answer.resync) return void resync();
  countsMayBeOld = answer.rows.length > 0 || answer.gone.length > 0;
  if (answer.rows.length || answer.gone.length || answer.threads.length) lastNews = now();
  const before = rows.value;
  rows.value = merge(before, answer.rows, answer.gone);
  queues.value = queues.value.map((queue) => ({ ...queue, ...answer.queues[queue.name] }));
  news.value = { rows: answer.rows, before };
  followThreads(answer);
  if (isBehind) void resync();
}

/**
 * Brings the open conversations up to date: whole where the row has changed, else only the lines that moved.
 * @param {News} answer
 */
function followThreads(answer) {
  const versionOf = (/** @type {string} */ id) => threads.value.get(id)?.conversation?.version ?? -1; // not there yet: it may come older
  const changed = answer.rows.filter((row) => versionOf(row.conversationId) < row.version);
  const whole = new Set([...changed.map((row) => row.conversationId), ...answer.gone.map((one) => one.id)]);
  for (const id of whole) void refreshThread(id);
  for (const { id, revision, from } of answer.threads) if (hearOf(id, revision) && !whole.has(id)) void refreshLines(id, from);
}

/** Loads what stood before the first cursor, which tells of nothing before it; what is open may have come earlier. */
async function begin() {
  for (const id of openHere()) void refreshThread(id);
  isBehind = (await loadLists(listPlace.value)).includes(null);
}

/** Loads anew all that is shown: something was missed. What can't be had stays as it was until it can. */
async function resync() {
  fallBehind();
  isBehind = false;
  for (const id of openHere()) void refreshThread(id);
  const loaded = await Promise.all([loadMe().then(() => true), reloadLists(listPlace.value)]).catch(() => [false]);
  isBehind ||= loaded.includes(false);
}

/** The page is back after a while: what a colleague wrote meanwhile is seen before anything is sent. */
function catchUp() {
  restart.abort();
  if (now() - lastHeard > LONG_AWAY_MS) return void resync();
  for (const id of openHere()) void refreshThread(id);
}

/** A moment without the server is no news: deployments cut running requests. */
function goOffline() {
  if (offlineSince.value !== null || cancelOffline) return;
  const since = now();
  cancelOffline = later(OFFLINE_AFTER_MS, () => {
    offlineSince.value = since;
  });
}
