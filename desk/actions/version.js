// Whether the server has a newer desk. It is said, and loaded when the person wants: nothing that is written is lost.

import { api } from "../api.js";
import { onReturn } from "../edge/browser.js";
import { every, now } from "../edge/time.js";
import { config } from "../session.js";
import { signal } from "../vendor/signals.js";

const BETWEEN_MS = 15 * 60_000;

export const newerVersion = signal(false);

let lastAsked = now();

/** Asks at most every quarter of an hour, also when the page comes back. */
export function watchVersion() {
  every(BETWEEN_MS, () => void ask());
  onReturn(() => void ask());
}

async function ask() {
  if (newerVersion.value || now() - lastAsked < BETWEEN_MS) return;
  lastAsked = now();
  try {
    const { body } = await api("GET", "desk/config");
    newerVersion.value = body.version !== config.value?.version;
  } catch {
    // it is asked again
  }
}
