// Beginning a conversation: whom to write to, on which channel, with which template.

import { h } from "../vendor/preact.js";
import { useEffect, useId, useRef, useState } from "../vendor/hooks.js";
import { wanted } from "../actions/find.js";
import { reasonOf } from "../actions/notices.js";
import { findContact, startConversation } from "../actions/starts.js";
import { loadTemplates } from "../actions/template-list.js";
import { focusAsked } from "../composing.js";
import { newId } from "../edge/browser.js";
import { later } from "../edge/time.js";
import { t } from "../i18n.js";
import { shownName } from "../model/names.js";
import { looksLikePhone } from "../model/phone.js";
import { hashOf } from "../model/routes.js";
import { choicesOf } from "../model/template-values.js";
import { Combobox } from "../parts/combobox.js";
import { Dialog } from "../parts/dialog.js";
import { LoadedPart, useLoaded } from "../parts/loaded.js";
import { Select } from "../parts/select.js";
import { go, listPlace } from "../router.js";
import { me, queues } from "../state.js";
import { useFilling } from "./template-dialog.js";
import { TemplateForm } from "./template-form.js";

/** @typedef {import("../types/shapes").Contact} Contact */

/** The workstream's own queue, or the agent's first. */
const USUAL = "";

export function NewConversation() {
  const [key] = useState(newId);
  const [phone, setPhone] = useState(looksLikePhone(wanted.value) ? wanted.value : "");
  const channels = me.value?.channels ?? [];
  const [channel, setChannel] = useState(channels[0]?.id ?? null);
  const [queue, setQueue] = useState(USUAL);
  const [name, setName] = useState(/** @type {string | null} */ (null));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const contact = useContact(phone, channel);
  const list = useLoaded(() => loadTemplates(channel), [channel]);
  const templates = list.data?.items ?? [];
  const template = templates.find((one) => one.name === name) ?? null;
  const filling = useFilling(template, contact?.language);
  const begin = async () => {
    const reply = filling.reply();
    if (!reply || !channel || busy) return;
    setBusy(true);
    try {
      const start = { channel, to: { phone: phone.trim() }, reply, ...(queue ? { queue } : {}) };
      const id = await startConversation(start, key);
      focusAsked.value = true; // the search, whose number it may be, gives the focus up
      go({ view: "conversation", id, info: false });
    } catch (error) {
      setProblem(reasonOf(error));
      setBusy(false);
    }
  };
  return h(
    Dialog,
    {
      title: t("new.title"), onBack: () => go(listPlace.value), problem, confirm: t("new.confirm"), onConfirm: begin,
      confirmDisabled: busy || !template || !looksLikePhone(phone) || contact?.optedOut === true,
    },
    h(Phone, { phone, onPhone: setPhone, contact }),
    h(Select, {
      label: t("new.channel"), value: channel ?? "", onPick: (one) => (setChannel(one), setName(null)),
      options: channels.map(({ id, name: called }) => ({ value: id, label: called ?? id })),
    }),
    queues.value.length > 1 &&
      h(Select, {
        label: t("new.queue"), value: queue, onPick: setQueue,
        options: [{ value: USUAL, label: t("new.usualQueue") }, ...queues.value.map((one) => ({ value: one.name, label: one.name }))],
      }),
    h(LoadedPart, { of: list, rows: 1 },
      h(Combobox, { label: t("new.template"), value: name, onPick: setName, options: choicesOf(templates, contact?.language, t("templates.notConfigured")) })),
    template && h(TemplateForm, { template, conversation: null, ...filling.form }),
  );
}

/** @param {{phone: string, onPhone: (phone: string) => void, contact: Contact | null}} props */
function Phone({ phone, onPhone, contact }) {
  const id = useId();
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => field.current?.focus(), []);
  return h(
    "div",
    { class: "template-value" },
    h("label", { for: id }, t("new.phone")),
    h("input", {
      ref: field, id, type: "tel", dir: "ltr", autocomplete: "off", maxLength: 32, required: true, value: phone, "aria-describedby": `${id}-who`,
      onInput: (/** @type {any} */ event) => onPhone(event.target.value),
    }),
    h("p", { id: `${id}-who`, class: "quiet", role: "status" },
      contact && h("bdi", null, shownName(contact)),
      contact?.conversationId && [" · ", t("new.joins"), " ", h("a", { href: hashOf({ view: "conversation", id: contact.conversationId, info: false }) }, t("new.open"))],
      contact?.optedOut && [" · ", t("problem.opted_out")],
      !contact && t("new.phoneHint")),
  );
}

const TYPING_MS = 600;

/**
 * Who the number belongs to, once nobody types any more.
 * @param {string} phone
 * @param {string | null} channel
 */
function useContact(phone, channel) {
  const [contact, setContact] = useState(/** @type {Contact | null} */ (null));
  useEffect(() => {
    let current = true;
    setContact(null);
    if (!channel || !looksLikePhone(phone)) return;
    const cancel = later(TYPING_MS, () => {
      // a number that nobody may look up, or that is none, is told of when the conversation begins
      findContact({ phone: phone.trim() }, channel).then((found) => current && setContact(found), () => {});
    });
    return () => {
      current = false;
      cancel();
    };
  }, [phone, channel]);
  return contact;
}
