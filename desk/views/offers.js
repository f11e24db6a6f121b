// Conversations that are offered to this person, and how long for.

import { h } from "../vendor/preact.js";
import { minutes, seconds } from "../clock.js";
import { accept, busy, decline } from "../actions/lifecycle.js";
import { t } from "../i18n.js";
import { useCommands } from "../keys.js";
import { clock } from "../model/countdown.js";
import { keyFor } from "../model/key-map.js";
import { shownName } from "../model/names.js";
import { offersTo } from "../model/rows.js";
import { Button } from "../parts/button.js";
import { Age } from "../parts/when.js";
import { go } from "../router.js";
import { me, rows } from "../state.js";
import { preview } from "./conversation-row.js";

/** @typedef {import("../state.js").Row} Row */

export function Offers() {
  const open = offersTo(rows.value, me.value?.agentId ?? "").filter((row) => left(row) > 0).sort((one, other) => left(one) - left(other));
  const first = open[0];
  useCommands(first ? { accept: () => take(first), decline: () => void decline(first.conversationId) } : {});
  return open.length > 0 && h("section", { class: "offers", "aria-label": t("offers.name") },
    open.map((row, at) => h(OfferCard, { key: row.conversationId, row, keys: at === 0 })));
}

/** @param {Row} row */
const left = (row) => Date.parse(row.offer?.expiresAt ?? "") - seconds.value;

/** Whether it is worth telling. @param {string} since */
const hasWaited = (since) => minutes.value - Date.parse(since) >= 60_000;

/** Whoever accepts goes there. @param {Row} row */
const take = ({ conversationId: id }) =>
  void accept(id).then((done) => done && go({ view: "conversation", id, info: false }));

/** @param {{row: Row, keys: boolean}} props `keys`: it is the one that keys answer */
function OfferCard({ row, keys }) {
  const waits = busy.value.has(row.conversationId);
  return h("article", { class: "offer" },
    h("div", { class: "row-line" },
      h("bdi", { class: "row-name unread" }, shownName(row.contact)),
      h("span", { class: "window soon", role: "timer", "aria-label": t("offers.left") }, clock(Math.max(0, left(row))))),
    h("p", { class: "row-preview", dir: "auto" }, preview(row)),
    h("p", { class: "quiet" }, row.queue, row.waitingSince && hasWaited(row.waitingSince) && [" · ", t("row.waits"), " ", h(Age, { since: row.waitingSince })]),
    h("div", { class: "choices" },
      h(Button, { label: t("offers.accept"), icon: "check", tone: "primary", disabled: waits, onClick: () => take(row), shortcut: keys ? keyFor("accept") : undefined }),
      h(Button, { label: t("offers.decline"), icon: "x", disabled: waits, onClick: () => void decline(row.conversationId), shortcut: keys ? keyFor("decline") : undefined })));
}
