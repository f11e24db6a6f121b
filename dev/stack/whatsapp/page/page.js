// The phone page: shows the phones of the stand-in, and lets a person write as one of the customers.
// Asks the server twice a second. The address names the open phone: #<number or BSUID>, or #<number>/<name>.

import { showMessages, showPhone, startChat } from "./chat.js";
import { changeDraft, startComposer, tell, write } from "./composer.js";
import { at, disclose } from "./dom.js";
import { moveInList, showList } from "./list.js";
import * as server from "./server.js";
import { current, state } from "./state.js";
import { keyOf } from "./words.js";

const PERIOD_MS = 500;
const TOUCH = matchMedia("(pointer: coarse)");

async function refresh() {
  try {
    const { key } = state;
    state.phones = await server.phones();
    showList(open);
    showPhone();
    at("offline").hidden = true;
    if (!key) return;
    const messages = await server.messages(key);
    if (key !== state.key) return;
    state.messages = messages;
    showMessages(write);
  } catch {
    at("offline").hidden = false;
  }
}

async function follow() {
  if (!document.hidden) await refresh();
  setTimeout(follow, PERIOD_MS);
}

function open(key) {
  if (key !== state.key) changeDraft(state.key, key);
  state.key = key;
  state.channel = current()?.last?.channel ?? state.channels[0]?.id ?? "";
  state.messages = [];
  document.body.dataset.view = "chat";
  history.replaceState(null, "", `#${encodeURIComponent(key)}`);
  at("messages").replaceChildren();
  disclose(at("rename"), at("naming"), false);
  tell("");
  showPhone();
  refresh();
  if (!TOUCH.matches) at("text").focus();
}

// Opens a phone by its number or user id, adds it if it is new, and names it if it has no name. Rejects what is neither.
async function openOrAdd(key, name) {
  const known = state.phones.find((phone) => [phone.number, phone.bsuid].includes(key.replace("+", "")));
  if (known && (known.name || !name)) return open(keyOf(known));
  const phone = await server.name(key, name);
  if (!known) state.phones.push(phone);
  return open(keyOf(phone));
}

// Opens the phone that the address names; an address that names none, or is not escaped as it should be, opens none.
async function openAddress() {
  try {
    const [key, name = ""] = location.hash.slice(1).split("/").map(decodeURIComponent);
    if (key) await openOrAdd(key, name);
  } catch {
    document.body.dataset.view = "list";
  }
}

function startNewPhone() {
  const show = (shown) => {
    disclose(at("add-phone"), at("new-phone"), shown);
    if (shown) at("new-phone").elements.number.focus();
  };
  at("add-phone").addEventListener("click", () => show(at("new-phone").hidden));
  at("new-phone").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = at("new-phone");
    const { number, name } = form.elements;
    try {
      await openOrAdd(number.value.trim(), name.value.trim());
      form.reset();
      show(false);
      at("new-problem").hidden = true;
    } catch (error) {
      at("new-problem").hidden = false;
      at("new-problem").textContent = error.message;
    }
  });
}

function startNaming() {
  const field = at("naming").elements.name;
  at("rename").addEventListener("click", () => {
    field.value = current().name;
    disclose(at("rename"), at("naming"), at("naming").hidden);
    field.focus();
  });
  at("naming").addEventListener("submit", async (event) => {
    event.preventDefault();
    await server.name(state.key, field.value.trim());
    disclose(at("rename"), at("naming"), false);
    at("rename").focus();
    await refresh();
  });
}

function backToList() {
  document.body.dataset.view = "list";
  document.querySelector("#phones [aria-current=true]")?.focus();
}

function startPhone() {
  at("back").addEventListener("click", backToList);
  at("phone").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) backToList();
  });
  at("read").addEventListener("click", async () => {
    await server.read(state.key);
    await refresh();
  });
  at("channel").addEventListener("change", (event) => {
    state.channel = event.target.value;
    at("messages").replaceChildren();
    refresh();
  });
}

startNewPhone();
startNaming();
startPhone();
startChat();
startComposer();
at("phones").addEventListener("keydown", moveInList);
at("composer").addEventListener("written", refresh);
addEventListener("hashchange", openAddress);
state.channels = await server.channels();
at("channel").append(...state.channels.map((channel) => new Option(channel.name, channel.id)));
at("channel-choice").hidden = state.channels.length < 2;
await refresh();
await openAddress();
follow();
