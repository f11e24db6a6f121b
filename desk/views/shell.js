// The frame of the desk: rail, list, and what the address names.

import { h } from "../vendor/preact.js";
import { focusBack } from "../edge/focus.js";
import { t } from "../i18n.js";
import { useCommands } from "../keys.js";
import { infoIsShown } from "../layout.js";
import { go, listPlace, place } from "../router.js";
import { isList } from "../model/routes.js";
import { Notices } from "../parts/notices.js";
import { onDemand } from "../parts/on-demand.js";
import { Banners } from "./banners.js";
import { Commands } from "./commands.js";
import { ConversationList } from "./conversation-list.js";
import { ConversationPane } from "./conversation-pane.js";
import { Info } from "./info.js";
import { KeysHelp } from "./keys-help.js";
import { NewConversation } from "./new-conversation.js";
import { openNext } from "./next-up.js";
import { NothingOpen } from "./nothing-open.js";
import { Offers } from "./offers.js";
import { Rail } from "./rail.js";
import { SessionEnded } from "./session-ended.js";

const PAGES = {
  supervisor: onDemand(async () => (await import("./supervisor-page.js")).SupervisorPage),
  reports: onDemand(async () => (await import("./reports-page.js")).ReportsPage),
  templates: onDemand(async () => (await import("./templates-page.js")).TemplatesPage),
  quarantine: onDemand(async () => (await import("./quarantine-page.js")).QuarantinePage),
};

const ContactPage = onDemand(async () => (await import("./contact-page.js")).ContactPage);

export function Shell() {
  const { value: where } = place;
  const Page = PAGES[/** @type {keyof typeof PAGES} */ (where.view)];
  useCommands({ back: () => goBack(where), oldest: openNext });
  return h(
    "div",
    { class: `shell at-${where.view} ${infoIsShown.value ? "with-info" : ""} ${where.view === "conversation" && where.info ? "at-info" : ""}` },
    h("div", { class: "above" }, h(SessionEnded, null), h(Banners, null)),
    h(Rail, null),
    Page
      ? h("main", { class: "page" }, h(Page, null))
      : [
          h("section", { key: "list", class: "list-pane", "aria-label": t("list.name") }, h(Offers, null), h(ConversationList, null)),
          h("main", { key: "main", class: "main-pane" }, main(where)),
          where.view === "conversation" && infoIsShown.value && h(Info, { key: `info ${where.id}`, id: where.id }),
        ],
    where.view === "new" && h(NewConversation, null),
    h(Commands, null),
    h(KeysHelp, null),
    h(Notices, null),
  );
}

/** One step: from the customer, from the composer to the messages, to the list, to nothing. @param {import("../model/routes.js").Place} where */
function goBack(where) {
  if (where.view === "conversation" && where.info) go({ ...where, info: false });
  else if (!focusBack()) go(listPlace.value);
}

/** @param {import("../model/routes.js").Place} where */
function main(where) {
  if (where.view === "conversation") return h(ConversationPane, { key: where.id, id: where.id });
  if (where.view === "contact") return h(ContactPage, { key: where.id, id: where.id });
  return isList(where) || where.view === "new" ? h(NothingOpen, null) : null;
}
