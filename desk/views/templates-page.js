// Templates: as the file has them, as WhatsApp has them, and what is not as it should be.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { loadTemplates } from "../actions/template-list.js";
import { formatTime, t } from "../i18n.js";
import { LoadedPart, useLoaded } from "../parts/loaded.js";

/** @typedef {import("../actions/template-list.js").Template} Template */

export function TemplatesPage() {
  const [find, setFind] = useState("");
  const list = useLoaded(() => loadTemplates(null), []);
  const shown = (list.data?.items ?? []).filter((one) => one.name.toLowerCase().includes(find.toLowerCase()));
  return h(
    "div",
    { class: "templates-page" },
    h("h1", null, t("templates.title")),
    h("label", { class: "search" }, t("templates.search"), h("input", { type: "search", value: find, onInput: (/** @type {any} */ event) => setFind(event.target.value) })),
    h(LoadedPart, { of: list },
      list.data && h("p", { class: "quiet" }, list.data.listedAt
        ? t("templates.listedAt", { time: formatTime(list.data.listedAt, { dateStyle: "medium", timeStyle: "short" }) })
        : t("templates.notListed")),
      shown.map((template) => h(TemplateCard, { key: template.name, template })),
      list.data && !shown.length && h("p", { class: "quiet" }, find ? t("templates.noneFound", { find }) : t("templates.none")),
    ),
  );
}

/** @param {{template: Template}} props */
const TemplateCard = ({ template }) =>
  h("article", { class: "card" },
    h("h2", null, template.name, " ", h("span", { class: "tag" }, template.category), !template.configured && h("span", { class: "tag warn" }, t("templates.notConfigured"))),
    Object.entries(template.languages).map(([language, one]) => h("section", { key: language },
      h("h3", null, language, " ", h("span", { class: `tag ${one.usable ? "ok" : "bad"}` }, one.status)),
      one.header && h("p", { class: "quiet" }, one.header),
      h("p", { class: "template-text", dir: "auto" }, one.text),
      one.footer && h("p", { class: "quiet", dir: "auto" }, one.footer),
      one.problems.length > 0 && h("ul", { class: "problem" }, one.problems.map((problem) => h("li", { key: problem }, problem))),
    )),
  );
