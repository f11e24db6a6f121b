// Begun: its builder fills it.

import { h } from "../vendor/preact.js";
import { t } from "../i18n.js";

/** @param {{id?: string}} _props */
export const ContactPage = (_props) => h("h1", null, t("contact.title"));
