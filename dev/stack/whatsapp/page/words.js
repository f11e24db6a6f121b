// What the page says of phones, messages and times. Pure: the time comes in.

const DAY_MS = 86_400_000;
const KINDS = {
  image: "Photo", document: "Document", audio: "Voice message", video: "Video", sticker: "Sticker",
  reaction: "Reaction", button: "Button", list: "List choice", location: "Place", contacts: "Contact",
  unsupported: "Unsupported message",
};
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

export const TICKS = { sent: "✓", delivered: "✓✓", read: "✓✓", failed: "⚠" };

export const kind = (message) => KINDS[message.kind] ?? "";
export const time = (date) => clock.format(date);

export const keyOf = (phone) => phone.number || phone.bsuid;
const numberOf = (phone) => (phone.number ? `+${phone.number}` : phone.bsuid);
export const nameOf = (phone) => phone.name || numberOf(phone);
export const initials = (phone) =>
  phone.name
    ? phone.name.split(/\s+/).slice(0, 2).map((word) => [...word][0]).join("").toUpperCase()
    : numberOf(phone).slice(-2);

/** A phone's number, and the user id beside it where both are known. */
export const facts = (phone) =>
  [phone.name ? numberOf(phone) : "", phone.number ? phone.bsuid : ""].filter(Boolean).join(" · ");

/** The day of a date, as somebody says it at `now`. */
export function day(date, now) {
  const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(date) - midnight(now)) / DAY_MS);
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[days] ?? calendar.format(date);
}

/** The newest message in one line. */
export function preview(message) {
  if (!message) return "Nothing yet";
  const said = message.text || message.media?.fileName || kind(message) || message.template?.name || "";
  return message.status === "failed" ? `Not delivered: ${message.error?.code ?? ""} ${said}` : said;
}

/** What stands above a message that is more than text: its template, or its kind and the name of its file. */
export function mark(message) {
  if (message.template) return `Template · ${message.template.name} (${message.template.language})`;
  const name = message.media && (message.media.fileName ?? fileName(message.media.uri));
  return [kind(message), name].filter(Boolean).join(" · ");
}

/** The state of the session window of a phone on a channel, and how far the phone's clock was moved. */
export function windowLine(phone, channel, now) {
  const closes = Date.parse(phone.windows?.[channel] ?? "");
  const isOpen = closes > now;
  const moved = phone.ahead ? ` · clock ${Math.round(phone.ahead / 3600)} h ahead` : "";
  if (!isOpen) return { isOpen, text: `Window closed: only templates arrive${moved}` };
  const onPhone = closes + phone.ahead * 1000;
  const until = `${day(onPhone, now + phone.ahead * 1000).toLowerCase()}, ${time(onPhone)}`;
  return { isOpen, text: `Window open until ${until}${moved}` };
}

/** The name in an address, where that ends with one: /a/invoice.pdf has, an id has not. */
const fileName = (uri) => uri?.split(/[?#]/)[0].split("/").pop().match(/^.+\.\w+$/)?.[0];
