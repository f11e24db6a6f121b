// Something that is loaded for a page: what was shown stays while it is loaded anew, and a failure says what to do.

import { h } from "../vendor/preact.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { reasonOf } from "../actions/notices.js";
import { later } from "../edge/time.js";
import { t } from "../i18n.js";
import { Button } from "./button.js";

const SKELETON_AFTER_MS = 150;

/**
 * @template T
 * @typedef {{data: T | null, problem: unknown, loading: boolean, reload: () => void}} Loaded
 */

/**
 * @template T
 * @param {() => Promise<T>} load
 * @param {readonly unknown[]} what it depends on: another value loads anew
 * @returns {Loaded<T>}
 */
export function useLoaded(load, what) {
  const [state, setState] = useState(/** @type {{data: T | null, problem: unknown, loading: boolean}} */ ({ data: null, problem: null, loading: true }));
  const [round, setRound] = useState(0);
  useEffect(() => {
    let current = true;
    setState((before) => ({ ...before, loading: true }));
    load().then(
      (data) => current && setState({ data, problem: null, loading: false }),
      (problem) => current && setState((before) => ({ ...before, problem, loading: false })),
    );
    return () => {
      current = false;
    };
  }, [round, ...what]);
  return { ...state, reload: () => setRound((before) => before + 1) };
}

/**
 * Draws what was loaded, or why it is not there.
 * @param {{of: Loaded<any>, rows?: number, children?: any}} props `rows`: of the skeleton
 */
export function LoadedPart({ of, rows = 4, children }) {
  return h(
    "div",
    { class: "loaded", "aria-busy": of.loading },
    Boolean(of.problem) &&
      h("p", { class: "problem", role: "alert" }, reasonOf(of.problem), " ", h(Button, { label: t("failure.retry"), onClick: of.reload })),
    of.data === null ? of.loading && h(Skeleton, { rows }) : children,
  );
}

/** @param {{rows: number}} props */
export function Skeleton({ rows }) {
  const [seen, setSeen] = useState(false);
  useEffect(() => later(SKELETON_AFTER_MS, () => setSeen(true)), []);
  return h(
    "div",
    { class: `skeleton ${seen ? "seen" : ""}`, role: "status", "aria-label": t("start.loading") },
    Array.from({ length: rows }, (_, index) => h("div", { key: index, class: "bone" })),
  );
}
