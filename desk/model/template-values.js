// What a template asks for, what it looks like once filled, and the reply that sends it.

/** @typedef {import("../types/api").components["schemas"]["TemplateItemView"]} Template */
/** @typedef {import("../types/api").components["schemas"]["TemplateLanguageView"]} TemplateText */

/**
 * @typedef {object} Field a value that a template takes
 * @property {string} key under which the value is kept: `1`, `header`, `button0`, `latitude`
 * @property {"parameter" | "header" | "file" | "place" | "link"} kind
 * @property {string} label its number or name; the key of its words where it has none
 * @property {string} [of] what the button is called whose address the value ends
 * @property {boolean} [optional]
 */

/** @typedef {Readonly<Record<string, string>>} Values by the keys of the fields; of a file its address, or `id:` and its upload */

const PLACE = /\{\{(.*?)\}\}/g;
const FILES = ["image", "video", "document"];
/** What WhatsApp takes in a template's text, and in its header. */
const LONGEST = 1_024;
const LONGEST_HEADER = 60;
/** Before the id of an upload, where else an address stands. */
export const UPLOAD = "id:";

/** @param {string} text @returns {string[]} each once, by number */
const placesIn = (text) =>
  [...new Set([...text.matchAll(PLACE)].map((found) => found[1] ?? ""))].sort((one, other) => Number(one) - Number(other));

/** @param {string} header */
const kindOfHeader = (header) => (FILES.includes(header) ? "file" : header === "location" ? "place" : "text");

/**
 * @param {TemplateText} template in one language
 * @returns {Field[]} in the order in which they stand in the template
 */
export function fieldsOf({ text, header, buttons }) {
  return [
    ...(header ? fieldsOfHeader(header) : []),
    ...placesIn(text).map((place) => /** @type {Field} */ ({ key: place, kind: "parameter", label: place })),
    ...buttons.flatMap((button, at) =>
      button.url && placesIn(button.url).length
        ? [/** @type {Field} */ ({ key: `button${at}`, kind: "link", label: "templates.link", of: button.text ?? button.url })]
        : [],
    ),
  ];
}

/** @param {string} header @returns {Field[]} */
function fieldsOfHeader(header) {
  if (kindOfHeader(header) === "file") return [{ key: "header", kind: "file", label: `templates.file.${header}` }];
  if (kindOfHeader(header) === "place")
    return ["latitude", "longitude", "name", "address"].map((key) => ({
      key, kind: "place", label: `templates.place.${key}`, optional: key === "name" || key === "address",
    }));
  return placesIn(header).length ? [{ key: "header", kind: "header", label: "templates.header" }] : [];
}

/** @param {string | undefined} value as WhatsApp takes it: in one line */
const cleaned = (value) => (value ?? "").replaceAll(/\s+/g, " ").trim();

/**
 * @param {string} text of the template
 * @param {Values} values
 * @returns {string} as the customer reads it; `…` where a value is missing
 */
export const filledText = (text, values) => text.replaceAll(PLACE, (_, place) => cleaned(values[place]) || "…");

/** @param {TemplateText} template @param {Values} values @returns {string | null} the words above the text */
export function filledHeader({ header }, values) {
  if (!header || kindOfHeader(header) !== "text") return null;
  return header.replaceAll(PLACE, () => cleaned(values["header"]) || "…");
}

/**
 * @param {TemplateText} template
 * @param {Values} values
 * @returns {Record<string, string>} by the key of the field, the key of the words that say what is wrong
 */
export function problemsOf(template, values) {
  /** @type {Record<string, string>} */
  const problems = {};
  for (const { key, kind, optional } of fieldsOf(template)) {
    const value = cleaned(values[key]);
    if (!value) {
      if (!optional) problems[key] = "templates.problem.empty";
    } else if (kind === "link" && !/^[!-~]+$/.test(value)) problems[key] = "templates.problem.link";
    else if (kind === "file" && !value.startsWith(UPLOAD) && !/^https:\/\/\S+$/.test(value)) problems[key] = "templates.problem.file";
    else if (key === "latitude" && !(Math.abs(Number(value)) <= 90)) problems[key] = "templates.problem.degrees";
    else if (key === "longitude" && !(Math.abs(Number(value)) <= 180)) problems[key] = "templates.problem.degrees";
  }
  if (filledText(template.text, values).length > LONGEST) problems["text"] = "templates.problem.long";
  if ((filledHeader(template, values) ?? "").length > LONGEST_HEADER) problems["header"] = "templates.problem.longHeader";
  return problems;
}

/**
 * @param {string} name
 * @param {string} language
 * @param {TemplateText} template
 * @param {Values} values without problems
 * @returns {Record<string, any>} the body of the reply
 */
export function replyOf(name, language, template, values) {
  const fields = fieldsOf(template);
  const of = (/** @type {Field["kind"]} */ kind) => fields.filter((field) => field.kind === kind);
  const parameters = of("parameter").map(({ key }) => cleaned(values[key]));
  const buttons = of("link").map(({ key }) => ({ urlSuffix: cleaned(values[key]) }));
  const header = headerOf(fields[0], values);
  return {
    kind: "template", template: name, language,
    ...(parameters.length ? { parameters } : {}), ...(header ? { header } : {}), ...(buttons.length ? { buttons } : {}),
  };
}

/** @param {Field | undefined} field the first of the template @param {Values} values */
function headerOf(field, values) {
  const value = cleaned(values["header"]);
  if (field?.kind === "header") return { text: value };
  if (field?.kind === "file") return value.startsWith(UPLOAD) ? { mediaId: value.slice(UPLOAD.length) } : { mediaUri: value };
  if (field?.kind !== "place") return null;
  const words = ["name", "address"].flatMap((key) => (cleaned(values[key]) ? [[key, cleaned(values[key])]] : []));
  return { location: { latitude: Number(values["latitude"]), longitude: Number(values["longitude"]), ...Object.fromEntries(words) } };
}

/**
 * The values of a reply that was taken back, to go on with.
 * @param {Record<string, any>} reply
 * @param {TemplateText} template
 * @returns {Values}
 */
export function valuesOf({ parameters = [], header, buttons = [] }, template) {
  const fields = fieldsOf(template);
  const links = fields.filter((field) => field.kind === "link");
  const file = header?.mediaId ? UPLOAD + header.mediaId : header?.mediaUri;
  return {
    ...Object.fromEntries(parameters.map((/** @type {string} */ value, /** @type {number} */ at) => [`${at + 1}`, value])),
    ...Object.fromEntries(links.map(({ key }, at) => [key, buttons[at]?.urlSuffix ?? ""])),
    ...(header?.location ? Object.fromEntries(Object.entries(header.location).map(([key, value]) => [key, String(value)])) : {}),
    ...(header && !header.location ? { header: file ?? header.text ?? "" } : {}),
  };
}

/** @param {string} language */
const spelling = (language) => language.toLowerCase().replace("-", "_");

/**
 * @param {Template} template
 * @param {string | null | undefined} wanted the customer's language
 * @returns {string} of those that can be sent, the one that fits best; else the first
 */
export function languageFor({ languages }, wanted) {
  const all = Object.keys(languages);
  const usable = all.filter((language) => languages[language]?.usable);
  const want = spelling(wanted ?? "");
  const near = (/** @type {string} */ language) => spelling(language).split("_")[0] === want.split("_")[0];
  return usable.find((language) => spelling(language) === want) ?? usable.find(near) ?? usable[0] ?? all[0] ?? "";
}

/** @param {Template} template whether it can be sent in any language */
const isUsable = ({ configured, languages }) => configured && Object.values(languages).some((one) => one.usable);

/**
 * @param {readonly Template[]} templates
 * @param {string} query words of its name or of its texts
 * @returns {Template[]} those that can't be sent last
 */
export function foundTemplates(templates, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = templates.filter(({ name, languages }) => {
    const text = [name, ...Object.values(languages).map((one) => one.text)].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return [...found.filter(isUsable), ...found.filter((one) => !isUsable(one))];
}

/**
 * @param {readonly Template[]} templates
 * @param {string | null | undefined} language the customer's
 * @param {string} notConfigured why a template that the file lacks can't be sent
 * @returns {import("./choices.js").Choice[]}
 */
export const choicesOf = (templates, language, notConfigured) =>
  templates.map((template) => {
    const text = template.languages[languageFor(template, language)];
    const reason = template.configured ? (text?.problems.join(" ") ?? "") : notConfigured;
    return { value: template.name, label: template.name, ...(isUsable(template) ? { hint: text?.text ?? "" } : { disabled: true, reason }) };
  });
