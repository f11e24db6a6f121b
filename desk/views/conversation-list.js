// The list of conversations of a view.

import { h } from "../vendor/preact.js";
import { useEffect } from "../vendor/hooks.js";
import { loadList, sort } from "../actions/lists.js";
import { t } from "../i18n.js";
import { hashOf } from "../model/routes.js";
import { listOf } from "../model/rows.js";
import { listPlace } from "../router.js";
import { me, rows } from "../state.js";

export function ConversationList() {
  const where = listPlace.value;
  const name = where.view === "queue" ? where.queue : t(`views.${where.view}`);
  useEffect(() => void loadList(where), [hashOf(where), sort.value]);
  const shown = listOf(rows.value, where, me.value?.agentId ?? "", sort.value);
  return h(
    "div",
    { class: "list" },
    h("h1", null, name),
    h("ul", { "aria-label": t("list.name") }, shown.map((row) => h("li", { key: row.conversationId }, h(
      "a", { href: hashOf({ view: "conversation", id: row.conversationId, info: false }) },
      h("bdi", null, row.contact.name ?? row.contact.phone ?? row.contact.contactId), " ", h("span", { dir: "auto" }, row.lastMessage?.preview),
    )))),
  );
}
