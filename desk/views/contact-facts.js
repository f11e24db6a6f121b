// What is known of a customer, and changing it.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { changeContact } from "../actions/contacts.js";
import { attempt, reasonOf, tell } from "../actions/notices.js";
import { copyText } from "../edge/browser.js";
import { language, t } from "../i18n.js";
import { shownName } from "../model/names.js";
import { spaced, spoken } from "../model/phone.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { Fact } from "../parts/fact.js";
import { me } from "../state.js";

/** @typedef {import("../types/shapes").Contact} Contact */

/** @param {{contact: Contact}} props */
export function ContactFacts({ contact }) {
  const [editing, setEditing] = useState(false);
  const { phone, bsuid, channel, externalUrl } = contact;
  return h(
    "div",
    { class: "contact-facts" },
    contact.optedOut && h("p", { class: "problem" }, t("contact.optedOut")),
    h("dl", { class: "facts" },
      phone && h(Fact, { name: t("contact.phone") },
        h("span", { "aria-label": spoken(phone), role: "text" }, spaced(phone)),
        h(Button, { label: t("contact.copy"), icon: "copy", iconOnly: true, onClick: () => void copy(phone) })),
      bsuid && h(Fact, { name: t("contact.bsuid") }, h("bdi", null, bsuid)),
      contact.language && h(Fact, { name: t("contact.language") }, languageName(contact.language)),
      h(Fact, { name: t("contact.channel") }, channel.name ?? channel.id),
      externalUrl && h(Fact, { name: t("contact.externalUrl") }, h("a", { href: externalUrl, target: "_blank", rel: "noopener noreferrer" }, t("contact.openExternal")))),
    h("div", { class: "choices" },
      h(Button, { label: t("contact.edit"), onClick: () => setEditing(true) }),
      h(OptOut, { contact })),
    editing && h(ContactDialog, { contact, onDone: () => setEditing(false) }),
  );
}

/** Anybody notes that a customer wants no messages; only supervisors take it back. @param {{contact: Contact}} props */
function OptOut({ contact: { contactId: id, optedOut } }) {
  if (optedOut && me.value?.role === "Agent") return null;
  return h(Button, { label: t(optedOut ? "contact.optIn" : "contact.optOut"), onClick: () => attempt(() => changeContact(id, { optedOut: !optedOut })) });
}

/** @param {string} phone */
const copy = (phone) => attempt(async () => {
  await copyText(phone);
  tell("good", t("contact.copied"));
});

/** @param {string} code */
const languageName = (code) => new Intl.DisplayNames([language.value], { type: "language" }).of(code) ?? code;

/** @param {{contact: Contact, onDone: () => void}} props */
function ContactDialog({ contact, onDone }) {
  const [said, setSaid] = useState({ name: contact.name ?? "", language: contact.language ?? "", externalUrl: contact.externalUrl ?? "" });
  const [problem, setProblem] = useState("");
  const save = () => changeContact(contact.contactId, { name: said.name.trim() || null, language: said.language.trim() || null, externalUrl: said.externalUrl.trim() || null })
    .then(onDone, (error) => setProblem(reasonOf(error)));
  const field = (/** @type {keyof typeof said} */ name, type = "text") =>
    h("label", null, t(`contact.${name}`), h("input", {
      type, value: said[name], dir: "auto", autocomplete: "off", onInput: (/** @type {any} */ event) => setSaid({ ...said, [name]: event.target.value }),
    }));
  return h(Dialog, { title: t("contact.editName", { name: shownName(contact) }), confirm: t("contact.confirm"), onBack: onDone, onConfirm: save, problem },
    field("name"), field("language"), field("externalUrl", "url"));
}
