// The desk could not start: what is wrong, and what can be done.

import { h } from "../vendor/preact.js";
import { reasonOf } from "../actions/notices.js";
import { ApiError } from "../api.js";
import { Button } from "../parts/button.js";
import { SignInFailed } from "../model/sign-in.js";
import { config, ended, signInAgain } from "../session.js";
import { t, tOr } from "../i18n.js";

/**
 * @param {object} props
 * @param {unknown} props.problem
 * @param {() => void} props.onRetry
 */
export function Failure({ problem, onRetry }) {
  const misconfigured = config.value?.configuration === "bad" || (problem instanceof ApiError && problem.code === "misconfigured");
  if (problem instanceof SignInFailed || ended.value) return h(SignInFailure, { problem });
  // the words themselves may be what could not be loaded
  return h(
    "main",
    { class: "page narrow" },
    h("h1", null, misconfigured ? t("failure.misconfigured") : tOr("failure.title", "The desk could not start")),
    h("p", null, misconfigured ? t("failure.misconfigured.what") : tOr("failure.what", "The server did not answer.")),
    !misconfigured && h("p", { class: "problem", role: "alert" }, reasonOf(problem)),
    h(Button, { label: tOr("failure.retry", "Load again"), icon: "refresh-cw", tone: "primary", onClick: onRetry }),
  );
}

/** @param {{problem: unknown}} props */
const SignInFailure = ({ problem }) =>
  h(
    "main",
    { class: "page narrow" },
    h("h1", null, t("signIn.title")),
    h("p", { class: "problem", role: "alert" }, reasonOf(problem)),
    h(Button, { label: t("signIn.signIn"), icon: "user-round", tone: "primary", onClick: () => signInAgain({ choose: true }) }),
  );
