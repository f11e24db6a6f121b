// The customer of the open conversation, and all that is known of it.

import { h } from "../vendor/preact.js";
import { contacts, loadContact } from "../actions/contacts.js";
import { label } from "../actions/lifecycle.js";
import { t, tOr } from "../i18n.js";
import { infoIsView, toggleInfo } from "../layout.js";
import { shownName } from "../model/names.js";
import { hashOf } from "../model/routes.js";
import { Button } from "../parts/button.js";
import { Fact } from "../parts/fact.js";
import { LoadedPart, useLoaded } from "../parts/loaded.js";
import { Section } from "../parts/section.js";
import { Tags } from "../parts/tags.js";
import { When } from "../parts/when.js";
import { agentName } from "../people.js";
import { offlineSince, threads } from "../state.js";
import { ContactFacts } from "./contact-facts.js";
import { ConversationHistory } from "./conversation-history.js";

/** @typedef {import("../types/shapes").Conversation} Conversation */

/** @param {{id: string}} props */
export function Info({ id }) {
  const thread = threads.value.get(id);
  const conversation = thread?.conversation;
  const contactId = conversation?.contact.contactId;
  if (!thread || !conversation || !contactId) return null;
  const notes = thread.lines.filter((line) => line.kind === "note" && line.author.type === "agent");
  return h(
    "aside",
    { class: "info", "aria-label": t("info.name") },
    h("div", { class: "list-head" },
      h(infoIsView.value ? "h1" : "h2", null, h("a", { href: hashOf({ view: "contact", id: contactId }) }, h("bdi", null, shownName(conversation.contact)))),
      h(Button, { label: t("info.hide"), icon: "x", iconOnly: true, onClick: toggleInfo })),
    h(InfoContact, { key: contactId, id: contactId }),
    h(Section, { name: "conversation", title: t("info.conversation"), open: true }, h(ConversationFacts, { conversation })),
    h(Section, { name: "notes", title: t("info.notes", { count: notes.length }), open: notes.length > 0 },
      h("ul", { class: "history" }, notes.map((note) => h("li", { key: note.messageId }, h("p", { dir: "auto" }, note.text), h("p", { class: "quiet" }, note.author.name ?? agentName(note.author.id), " · ", h(When, { at: note.at })))))),
    h(Section, { name: "history", title: t("info.history") }, h(ConversationHistory, { contactId, except: id })),
    h(Section, { name: "way", title: t("explain.way") }, h(Way, { conversation })),
  );
}

/** @param {{id: string}} props */
function InfoContact({ id }) {
  const loaded = useLoaded(() => loadContact(id), [id, offlineSince.value === null]);
  const contact = contacts.value.get(id);
  return h(LoadedPart, { of: { ...loaded, data: contact ?? null } }, contact && h(ContactFacts, { contact }));
}

/** @param {{conversation: Conversation}} props */
function ConversationFacts({ conversation }) {
  const { conversationId: id, status, queue, agent, createdAt, priority, skills, variables, wrapUpCode, survey, tags, ending } = conversation;
  return [
    h("dl", { key: "facts", class: "facts" },
      h(Fact, { name: t("info.status") }, t(`status.${status}`)),
      h(Fact, { name: t("supervisor.column.queue") }, queue),
      h(Fact, { name: t("supervisor.agent") }, agent ? agentName(agent) : t("header.nobody")),
      createdAt && h(Fact, { name: t("info.since") }, h(When, { at: createdAt })),
      h(Fact, { name: t("info.priority") }, t(`priority.${priority}`)),
      skills.length > 0 && h(Fact, { name: t("info.skills") }, skills.map((skill) => skill.name).join(", ")),
      Object.entries(variables).map(([name, value]) => h(Fact, { key: name, name }, String(value))),
      wrapUpCode && h(Fact, { name: t("close.reason") }, wrapUpCode),
      survey && h(Fact, { name: t("info.survey") }, surveyWords(survey))),
    status === "closed" ? tags.length > 0 && h("p", { key: "tags" }, tags.join(", "))
      : h(Tags, { key: "tags", known: ending?.tags ?? [], chosen: tags, onChange: (chosen) => void label(id, chosen) }),
  ];
}

/** @param {NonNullable<Conversation["survey"]>} survey */
const surveyWords = ({ status, score, text }) => [t(`survey.${status}`), score, text].filter((word) => word !== null && word !== "").join(" · ");

/** @param {{conversation: Conversation}} props */
const Way = ({ conversation: { segments } }) =>
  h("ol", { class: "history" }, segments.map((one) => h("li", { key: one.from },
    h(When, { at: one.from }), ` · ${one.queue} · ${one.agent ? agentName(one.agent) : t("header.nobody")}`,
    one.reason && ` · ${tOr(`reason.${one.reason}`, one.reason)}`)));
