// Where the person is. The address is the only memory of it, so Back works everywhere.

import { onHash, readHash, writeHash } from "./edge/browser.js";
import { hashOf, isList, placeOf } from "./model/routes.js";
import { signal } from "./vendor/signals.js";

/** @typedef {import("./model/routes.js").Place} Place */

/** The place that is shown. */
export const place = signal(/** @type {Place} */ ({ view: "mine" }));

/** The list beside an open conversation: the last one that was looked at. */
export const listPlace = signal(/** @type {Place} */ ({ view: "mine" }));

/** @param {Place} target */
export const go = (target) => writeHash(hashOf(target));

export function startRouter() {
  const arrive = () => {
    place.value = placeOf(readHash());
    if (isList(place.value)) listPlace.value = place.value;
  };
  onHash(arrive);
  arrive();
}
