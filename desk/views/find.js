// The field that finds customers, and those that were found by their number.

import { h } from "../vendor/preact.js";
import { useRef } from "../vendor/hooks.js";
import { contacts, look, problem, wanted } from "../actions/find.js";
import { reasonOf } from "../actions/notices.js";
import { t } from "../i18n.js";
import { useCommands } from "../keys.js";
import { shownName } from "../model/names.js";
import { spaced } from "../model/phone.js";
import { hashOf } from "../model/routes.js";
import { Icon } from "../parts/icon.js";

export function Find() {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useCommands({ find: () => field.current?.focus() });
  return h("div", { class: "find", role: "search" },
    h(Icon, { name: "search" }),
    h("input", {
      ref: field, type: "search", "aria-label": t("find.name"), placeholder: t("find.hint"), value: wanted.value, dir: "auto", autocomplete: "off",
      onInput: (/** @type {any} */ event) => look(event.target.value),
      onKeyDown: (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && wanted.value && (event.preventDefault(), look("")),
    }));
}

export function FoundContacts() {
  if (problem.value) return h("p", { class: "problem", role: "alert" }, reasonOf(problem.value));
  if (!contacts.value) return null;
  if (contacts.value.length === 0) return h("p", { class: "list-empty quiet", role: "status" }, t("find.noContact"));
  return h("ul", { class: "rows", "aria-label": t("find.contacts") }, contacts.value.map((contact) => h("li", { key: contact.contactId }, h(
    "a",
    { class: "row", href: hashOf({ view: "contact", id: contact.contactId }) },
    h("span", { class: "row-line" }, h("bdi", { class: "row-name" }, shownName(contact))),
    h("span", { class: "row-line quiet" }, [contact.phone && spaced(contact.phone), contact.channel.name].filter(Boolean).join(" · ")),
  ))));
}
