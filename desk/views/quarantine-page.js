// Quarantine: what could not be understood, why, and the way back in.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { attempt, tell } from "../actions/notices.js";
import { discard, loadQuarantine, replay } from "../actions/quarantine.js";
import { formatTime, t } from "../i18n.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { LoadedPart, useLoaded } from "../parts/loaded.js";

/** @typedef {import("../actions/quarantine.js").Quarantined} Quarantined */

export function QuarantinePage() {
  const [cursor, setCursor] = useState(/** @type {string | null} */ (null));
  const [leaving, setLeaving] = useState(/** @type {Quarantined | null} */ (null));
  const page = useLoaded(() => loadQuarantine(cursor), [cursor]);
  const again = async (/** @type {Quarantined} */ item) => {
    await replay(item.id);
    tell("good", t("quarantine.replayed"));
    page.reload();
  };
  const remove = async (/** @type {Quarantined} */ item) => {
    await discard(item.id);
    setLeaving(null);
    page.reload();
  };
  return h(
    "div",
    { class: "quarantine" },
    h("h1", null, t("quarantine.title")),
    h("p", { class: "quiet" }, t("quarantine.what")),
    h(LoadedPart, { of: page },
      page.data && !page.data.items.length && h("p", { class: "quiet" }, t("quarantine.empty")),
      page.data?.items.map((item) => h(Item, { key: item.id, item, onReplay: () => attempt(() => again(item)), onDelete: () => setLeaving(item) })),
      h("div", { class: "choices" },
        cursor && h(Button, { label: t("page.first"), onClick: () => setCursor(null) }),
        page.data?.nextCursor && h(Button, { label: t("page.next"), onClick: () => setCursor(page.data?.nextCursor ?? null) }),
      ),
    ),
    leaving && h(Dialog, { title: t("quarantine.delete"), confirm: t("quarantine.confirmDelete"), onBack: () => setLeaving(null), onConfirm: () => attempt(() => remove(leaving)) },
      h("p", null, t("quarantine.deleteWhat"))),
  );
}

/** @param {{item: Quarantined, onReplay: () => void, onDelete: () => void}} props */
const Item = ({ item, onReplay, onDelete }) =>
  h("article", { class: "card" },
    h("h2", null, t(`quarantine.source.${item.source}`), " · ", formatTime(item.at, { dateStyle: "medium", timeStyle: "medium" })),
    h("ul", { class: "reasons" }, item.reasons.map((reason) => h("li", { key: reason }, reason))),
    h("details", null, h("summary", null, t("quarantine.body")), h("pre", { dir: "auto", tabIndex: 0 }, item.body)),
    item.replayedAt && h("p", { class: "quiet" }, t("quarantine.replayedAt", { time: formatTime(item.replayedAt, { dateStyle: "medium", timeStyle: "short" }) })),
    h("div", { class: "choices" }, h(Button, { label: t("quarantine.replay"), icon: "refresh-cw", onClick: onReplay }), h(Button, { label: t("quarantine.delete"), tone: "danger", onClick: onDelete })),
  );
