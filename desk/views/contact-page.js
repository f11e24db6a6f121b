// A customer: what is known, and every conversation.

import { h } from "../vendor/preact.js";
import { contacts, loadContact } from "../actions/contacts.js";
import { t } from "../i18n.js";
import { shownName } from "../model/names.js";
import { hashOf } from "../model/routes.js";
import { LoadedPart, useLoaded } from "../parts/loaded.js";
import { ContactFacts } from "./contact-facts.js";
import { ConversationHistory } from "./conversation-history.js";

/** @param {{id: string}} props */
export function ContactPage({ id }) {
  const loaded = useLoaded(() => loadContact(id), [id]);
  const contact = contacts.value.get(id);
  return h(
    "div",
    { class: "contact-page" },
    h("h1", null, contact ? h("bdi", null, shownName(contact)) : t("contact.title")),
    h(LoadedPart, { of: loaded }, contact && h(ContactFacts, { contact })),
    contact?.conversationId && h("p", null, h("a", { href: hashOf({ view: "conversation", id: contact.conversationId, info: false }) }, t("contact.current"))),
    h("h2", null, t("contact.conversations")),
    h(ConversationHistory, { contactId: id }),
  );
}
