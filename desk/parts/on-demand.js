// A view whose modules travel when it is first shown: what an agent's first screen does without, and what needs the network anyway.

import { h } from "../vendor/preact.js";
import { LoadedPart, useLoaded } from "./loaded.js";

/**
 * @param {() => Promise<import("../vendor/preact.js").ComponentType<any>>} load
 * @returns {import("../vendor/preact.js").ComponentType<any>}
 */
export function onDemand(load) {
  /** @type {import("../vendor/preact.js").ComponentType<any> | undefined} */
  let view;
  return function OnDemand(/** @type {any} */ props) {
    const loaded = useLoaded(async () => (view ??= await load()), []);
    return view ? h(view, props) : h(LoadedPart, { of: loaded });
  };
}
