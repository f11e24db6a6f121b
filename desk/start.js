// Starts the desk: the words, who sits here, what there is; then it draws, and listens.

import { loadMe, onShift, startShift } from "./actions/me.js";
import { loadAgents } from "./actions/team.js";
import { watchVersion } from "./actions/version.js";
import { startAlerts } from "./alerts.js";
import { ApiError } from "./api.js";
import { heardTime, startClock } from "./clock.js";
import { loadDrafts } from "./drafts.js";
import { apiBase, fetchFrom, readHash, replaceAddress, root } from "./edge/browser.js";
import { pause } from "./edge/time.js";
import { language, loadLanguage, t } from "./i18n.js";
import { startKeys } from "./keys.js";
import { watchLayout } from "./layout.js";
import { startLive } from "./live.js";
import { hashOf, seatOf } from "./model/routes.js";
import { SignInFailed } from "./model/sign-in.js";
import { startOutbox } from "./outbox.js";
import { startRouter } from "./router.js";
import { config, openSession, person, sitDown } from "./session.js";
import { followSignOut } from "./sign-out.js";
import { me } from "./state.js";
import { loadTheme } from "./theme.js";
import { h, render } from "./vendor/preact.js";
import { signal } from "./vendor/signals.js";
import { Failure } from "./views/failure.js";
import { Shell } from "./views/shell.js";
import { Who } from "./views/who.js";

/** So often the server is asked whether it is there. */
const AGAIN_MS = 3_000;

/** Why the desk could not start. */
const failure = signal(/** @type {unknown} */ (null));

/** Whether it listens: what one pressed on a desk that does not yet would be lost. */
const ready = signal(false);

function Desk() {
  language.value;
  if (failure.value) return h(Failure, { problem: failure.value, onRetry: start });
  if (!config.value) return h("p", { class: "starting", role: "status" }, t("start.loading"));
  if (!person.value && config.value.mode === "key") return h(Who, { onChosen: enter });
  if (!ready.value) return h("p", { class: "starting", role: "status" }, t("start.loading"));
  return h(Shell, null);
}

async function start() {
  failure.value = null;
  try {
    await loadLanguage();
    const answer = await fetchFrom(`${apiBase()}desk/config`);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    heardTime(answer.headers.get("date"));
    const told = /** @type {import("./session.js").Config} */ (config.value = await answer.json());
    if (told.configuration === "bad") throw new ApiError(503, { code: "misconfigured" });
    await openSession();
    const seat = told.mode === "key" ? seatOf(readHash()) : null;
    if (seat) takeSeat(seat);
    if (told.mode === "entra" || person.value) await enter();
    if (seat && me.value && !onShift.value) await startShift();
  } catch (error) {
    void fail(error);
  }
}

/** @param {unknown} error whether it goes by itself: the server is away, or in trouble */
const passes = (error) =>
  error instanceof ApiError ? error.code !== "misconfigured" && (error.status === 0 || error.status >= 500) : !config.value;

/** Says why the desk could not start, and starts it once what passes has passed. @param {unknown} error */
async function fail(error) {
  failure.value = error;
  if (!passes(error)) return;
  do await pause(AGAIN_MS);
  while (failure.value === error && !(await fetchFrom(`${apiBase()}health`).catch(() => null))?.ok);
  if (failure.value === error) await start();
}

/**
 * Sits down who the address names, once: whoever signs out is not seated again.
 * @param {NonNullable<ReturnType<typeof seatOf>>} seat
 */
function takeSeat(seat) {
  sitDown(seat);
  replaceAddress(hashOf({ view: seat.role === "Agent" ? "mine" : "supervisor" }));
}

/** Whom the tenant has let in, and the API does not: nobody gave the person a role. @param {unknown} error */
const hasNoRole = (error) => config.value?.mode === "entra" && error instanceof ApiError && error.status === 403;

/** Somebody is known: what the person may see is loaded, and the desk listens. */
async function enter() {
  try {
    await loadMe();
    loadDrafts();
    await startOutbox();
    followSignOut();
    startRouter();
    watchLayout();
    startLive();
    startKeys();
    startAlerts();
    watchVersion();
    ready.value = true;
    void loadAgents().catch(() => {}); // names only: ids stand for them meanwhile
  } catch (error) {
    void fail(hasNoRole(error) ? new SignInFailed("no_role") : error);
  }
}

loadTheme();
startClock();
render(h(Desk, null), root());
void start();
