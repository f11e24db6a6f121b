// The session has ended in mid-work: the page stays, and what is written waits for the person to sign in again.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";
import { Button } from "../parts/button.js";
import { ended, signInAgain } from "../session.js";

export const SessionEnded = () =>
  h(
    "div",
    { class: ended.value ? "banner warn" : "", role: "alert" },
    ended.value && [
      h("p", { key: "what" }, t("session.ended")),
      h(Button, { key: "again", label: t("session.again"), tone: "primary", onClick: () => signInAgain() }),
    ],
  );
