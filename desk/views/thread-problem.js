// A conversation that could not be loaded: what was shown stays, and one can try again or go back.

import { h } from "../vendor/preact.js";
import { reasonOf } from "../actions/notices.js";
import { openThread } from "../actions/thread.js";
import { t } from "../i18n.js";
import { hashOf } from "../model/routes.js";
import { Button } from "../parts/button.js";
import { listPlace } from "../router.js";

/** @param {{thread: import("../state.js").Thread}} props */
export function ThreadProblem({ thread: { id, problem } }) {
  if (!problem) return null;
  const gone = problem.status === 403 || problem.status === 404;
  return h(
    "p",
    { class: "problem thread-problem", role: "alert" },
    h("span", null, gone ? t("problem.conversation_not_found") : reasonOf(problem)), " ",
    gone ? h("a", { href: hashOf(listPlace.value) }, t("header.back")) : h(Button, { label: t("failure.retry"), onClick: () => void openThread(id) }),
  );
}
