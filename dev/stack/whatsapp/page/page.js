// The phone page: shows the phones of the stand-in, and lets a person write as one of the customers.
// Asks the server twice a second. Whatever people wrote enters the page as textContent only.

const PERIOD_MS = 500;
const TICKS = { sent: "✓", delivered: "✓✓", read: "✓✓", failed: "⚠" };
const KINDS = {
  image: "Image", document: "Document", audio: "Audio", video: "Video", sticker: "Sticker",
  reaction: "Reaction", button: "Button", list: "List choice", unsupported: "Unsupported message",
};
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

const at = (id) => document.getElementById(id);
const state = { channels: [], phones: [], opened: new Map(), key: null, channel: null };

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

async function call(path, options) {
  const answer = await fetch(path, options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.problems?.join("; ") ?? `The stand-in answered ${answer.status}`);
  return body;
}

const post = (path, body) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

// ------------------------------------------------------------------ phones

const keyOf = (phone) => phone.number || phone.bsuid;
const numberOf = (phone) => (phone.number ? `+${phone.number}` : phone.bsuid);
const nameOf = (phone) => phone.name || numberOf(phone);
const initials = (phone) =>
  phone.name ? phone.name.split(/\s+/).slice(0, 2).map((word) => [...word][0]).join("").toUpperCase() : numberOf(phone).slice(-2);
const current = () => allPhones().find((phone) => keyOf(phone) === state.key);

function allPhones() {
  const known = new Set(state.phones.map(keyOf));
  const opened = [...state.opened.values()].filter((phone) => !known.has(keyOf(phone)));
  const newest = (phone) => (phone.last ? Date.parse(phone.last.at) : Infinity);
  return [...opened, ...state.phones].sort((one, other) => newest(other) - newest(one));
}

function phoneThatNeverWrote(key, name) {
  const isNumber = /^\d+$/.test(key);
  return { number: isNumber ? key : "", bsuid: isNumber ? "" : key, name, last: null, unread: 0, windows: {} };
}

function preview(message) {
  if (!message) return "Nothing yet";
  const words = message.text || message.media?.fileName || KINDS[message.kind] || message.template?.name || "";
  return message.status === "failed" ? `⚠ ${message.error?.code ?? ""} ${words}` : words;
}

function phoneItem(key) {
  const item = element("li");
  const button = item.appendChild(element("button"));
  button.type = "button";
  button.append(element("span", "avatar"), element("span", "name"), element("time"), element("span", "preview"), element("span", "unread"));
  button.firstChild.setAttribute("aria-hidden", "true");
  button.addEventListener("click", () => open(key));
  return item;
}

function showPhones() {
  const phones = allPhones();
  at("no-phones").hidden = phones.length > 0;
  reconcile(at("phones"), phones, keyOf, phoneItem, (item, phone) => {
    const button = item.firstChild;
    const part = (name) => button.querySelector(name);
    setText(part(".avatar"), initials(phone));
    setText(part(".name"), nameOf(phone));
    setText(part("time"), phone.last ? clock.format(new Date(phone.last.at)) : "");
    setText(part(".preview"), preview(phone.last));
    setText(part(".unread"), phone.unread ? String(phone.unread) : "");
    part(".unread").hidden = !phone.unread;
    part(".unread").title = "not read yet";
    button.setAttribute("aria-current", String(keyOf(phone) === state.key));
  });
}

// Makes the children of a list match `things`, and keeps the elements (and the focus) of those that stay.
function reconcile(list, things, keyOfThing, make, update) {
  const kept = new Map([...list.children].map((child) => [child.dataset.key, child]));
  things.forEach((thing, position) => {
    const key = keyOfThing(thing);
    const child = kept.get(key) ?? make(key, thing);
    kept.delete(key);
    child.dataset.key = key;
    update(child, thing);
    if (list.children[position] !== child) list.insertBefore(child, list.children[position] ?? null);
  });
  for (const child of kept.values()) child.remove();
}

// -------------------------------------------------------------------- chat

// The phone that the page's address names; empty if it names none, or is not escaped as it should be.
function keyInAddress() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

function open(key, name = "") {
  state.key = key;
  if (!current()) state.opened.set(key, phoneThatNeverWrote(key, name));
  state.channel = current()?.last?.channel ?? state.channels[0]?.id ?? null;
  document.body.dataset.view = "chat";
  history.replaceState(null, "", `#${encodeURIComponent(key)}`);
  at("messages").replaceChildren();
  tell("");
  showPhone();
  refresh();
  if (matchMedia("(min-width: 46.01rem)").matches) at("text").focus();
}

function showPhone() {
  const phone = current();
  at("nothing").hidden = Boolean(phone);
  at("phone").hidden = !phone;
  if (!phone) return;
  setText(at("who"), nameOf(phone));
  setText(at("number"), [phone.name ? numberOf(phone) : "", phone.number ? phone.bsuid : ""].filter(Boolean).join(" · "));
  setText(at("avatar"), initials(phone));
  at("channel").value = state.channel;
  at("read").disabled = !phone.unread;
  showWindow(phone.windows?.[state.channel]);
}

function showWindow(closes) {
  const isOpen = closes && Date.parse(closes) > Date.now();
  at("window").className = isOpen ? "open" : "closed";
  const time = closes && `${day(new Date(closes)).toLowerCase()}, ${clock.format(new Date(closes))}`;
  setText(at("window"), isOpen ? `Session window open until ${time}` : "Session window closed: only templates arrive");
}

function day(date) {
  const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(date) - midnight(Date.now())) / 86400000);
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[days] ?? calendar.format(date);
}

// Day lines and messages, in the order in which they are shown.
function entries(messages) {
  const listed = [];
  for (const message of messages) {
    const name = day(new Date(message.at));
    if (listed.findLast((entry) => entry.day)?.day !== name) listed.push({ key: `day ${name}`, day: name });
    listed.push({ key: message.messageId, message });
  }
  return listed;
}

function showMessages(messages) {
  const list = at("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const before = list.lastElementChild;
  const shown = entries(messages.filter((message) => message.channel === state.channel));
  reconcile(list, shown, (entry) => entry.key, makeEntry, (item, entry) => entry.message && updateStatus(item, entry.message));
  if (atEnd || !before) list.scrollTop = list.scrollHeight;
}

function makeEntry(_, entry) {
  return entry.day ? element("div", "day", entry.day) : makeBubble(entry.message);
}

function makeBubble(message) {
  const bubble = element("div");
  const mark = message.template
    ? `Template · ${message.template.name} (${message.template.language})`
    : message.media && [KINDS[message.kind], message.media.fileName ?? fileName(message.media.uri)].filter(Boolean).join(" · ");
  if (mark || KINDS[message.kind]) bubble.append(element("p", "mark", mark || KINDS[message.kind]));
  const { header, footer, buttons = [] } = message.template ?? {};
  if (header) bubble.append(element("p", "header", header));
  const emptied = message.kind === "reaction" ? "(removed)" : "";
  if (message.text || emptied) bubble.append(element("p", "text", message.text || emptied));
  if (footer) bubble.append(element("p", "footer", footer));
  bubble.append(...buttons.map(templateButton));
  bubble.append(element("p", "error"));
  showFile(bubble, message);
  const meta = bubble.appendChild(element("p", "meta"));
  const time = meta.appendChild(element("time", "", clock.format(new Date(message.at))));
  time.dateTime = message.at;
  const ticks = meta.appendChild(element("span", "ticks"));
  ticks.setAttribute("role", "img");
  return bubble;
}

// A button of a template: one to answer with is tapped, an address is shown.
function templateButton({ text, payload, url }) {
  const button = element("button", "choice", url ? `↗ ${text}` : text);
  button.type = "button";
  button.title = url ?? "";
  button.disabled = Boolean(url);
  button.addEventListener("click", async () => {
    const typed = at("text").value;
    await write(() => ({ button: { text, payload: payload ?? text } }));
    at("text").value = typed;
  });
  return button;
}

// Shows a file once the stand-in has it: one of the business is fetched a moment after its message.
function showFile(bubble, message) {
  const { id, mimeType = "", fileName: name } = message.media ?? {};
  if (!id || bubble.querySelector(".file")) return;
  const address = `files/${encodeURIComponent(id)}`;
  const [type] = mimeType.split("/");
  const tag = { image: "img", audio: "audio", video: "video" }[type] ?? "a";
  const file = element(tag, "file");
  if (tag === "a") {
    file.href = address;
    file.download = name || "file";
    file.textContent = `⬇ ${name || "File"}`;
  } else {
    file.src = address;
    if (tag === "img") file.alt = message.text || name || KINDS[message.kind];
    else Object.assign(file, { controls: true, preload: "metadata" });
  }
  const after = bubble.querySelector(".text") ?? bubble.querySelector(".error");
  bubble.insertBefore(file, after);
  const list = at("messages");
  if (bubble === list.lastElementChild) file.addEventListener("load", () => (list.scrollTop = list.scrollHeight));
}

// The name in an address, where that ends with one: /a/invoice.pdf has, an id has not.
const fileName = (uri) => uri?.split(/[?#]/)[0].split("/").pop().match(/^.+\.\w+$/)?.[0];

function updateStatus(bubble, message) {
  showFile(bubble, message);
  bubble.className = ["message", message.direction, message.status, message.template ? "template" : ""].join(" ").trim();
  const ticks = bubble.querySelector(".ticks");
  setText(ticks, TICKS[message.status] ?? "");
  ticks.setAttribute("aria-label", message.status);
  ticks.title = message.status;
  const error = bubble.querySelector(".error");
  error.hidden = !message.error;
  setText(error, message.error ? `Not delivered · ${message.error.code} · ${message.error.message}` : "");
}

// ----------------------------------------------------------------- writing

function tell(problem) {
  at("problem").hidden = !problem;
  setText(at("problem"), problem);
}

// Sends what was typed, or a file with it as caption; gives the words back if they could not be sent.
async function write(contentOf) {
  const phone = current();
  const typed = at("text").value;
  const content = contentOf(typed.trim());
  at("text").value = "";
  const hours = Number(at("written").value);
  const written = hours ? { at: new Date(Date.now() - hours * 3600000).toISOString() } : {};
  try {
    await post(`phones/${encodeURIComponent(state.key)}/messages`, {
      channel: state.channel, ...(phone.name ? { name: phone.name } : {}), ...written, ...content,
    });
    at("written").value = "0";
    tell("");
  } catch (error) {
    if (!at("text").value) at("text").value = typed;
    tell(error.message);
  }
  at("messages").scrollTop = at("messages").scrollHeight;
  await refresh();
}

async function sendFile(file) {
  const address = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  const described = { mimeType: file.type || "application/octet-stream", fileName: file.name, content: address.split(",")[1] };
  await write((caption) => ({ media: { ...described, ...(caption ? { caption } : {}) } }));
}

// ------------------------------------------------------------------ wiring

async function refresh() {
  try {
    const key = state.key;
    state.phones = (await call("phones")).phones;
    showPhones();
    showPhone();
    at("offline").hidden = true;
    if (!key) return;
    const { messages } = await call(`phones/${encodeURIComponent(key)}/messages`);
    if (key === state.key) showMessages(messages);
  } catch {
    at("offline").hidden = false;
  }
}

async function follow() {
  if (!document.hidden) await refresh();
  setTimeout(follow, PERIOD_MS);
}

function showNewPhone(shown) {
  at("new-phone").hidden = !shown;
  at("add-phone").setAttribute("aria-expanded", String(shown));
  if (shown) at("new-phone").elements.number.focus();
}

at("add-phone").addEventListener("click", () => showNewPhone(at("new-phone").hidden));
at("new-phone").addEventListener("submit", (event) => {
  event.preventDefault();
  const { number, name } = event.target.elements;
  open(number.value.trim().replace("+", ""), name.value.trim());
  event.target.reset();
  showNewPhone(false);
});
at("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  if (at("text").value.trim()) write((text) => ({ text }));
});
at("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  at("composer").requestSubmit();
});
at("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  event.target.value = "";
  if (file) sendFile(file);
});
at("text").addEventListener("paste", (event) => {
  const [file] = event.clipboardData.files;
  if (!file) return;
  event.preventDefault();
  sendFile(file);
});
at("phone").addEventListener("dragover", (event) => event.preventDefault());
at("phone").addEventListener("drop", (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file) sendFile(file);
});
at("read").addEventListener("click", async () => {
  await post(`phones/${encodeURIComponent(state.key)}/read`, {});
  await refresh();
});
at("channel").addEventListener("change", (event) => {
  state.channel = event.target.value;
  at("messages").replaceChildren();
  refresh();
});
at("back").addEventListener("click", () => {
  document.body.dataset.view = "list";
});

state.channels = (await call("channels")).channels;
at("channel").append(...state.channels.map((channel) => new Option(channel.name, channel.id)));
at("channel-choice").hidden = state.channels.length < 2;
await refresh();
const named = keyInAddress();
if (named) open(named);
follow();
