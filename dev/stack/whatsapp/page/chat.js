// The open phone: whose it is, its session window, and its messages on one channel.

import { makeBubble, updateBubble } from "./bubble.js";
import { at, element, reconcile, setText } from "./dom.js";
import { current, state } from "./state.js";
import { day, facts, initials, nameOf, windowLine } from "./words.js";

const NEAR_THE_END_PX = 40;
let isAtEnd = true;

/** Shows the head of the open phone, or that none is open. */
export function showPhone() {
  const phone = current();
  at("nothing").hidden = Boolean(phone);
  at("phone").hidden = !phone;
  if (!phone) return;
  setText(at("who"), nameOf(phone));
  setText(at("number"), facts(phone));
  setText(at("avatar"), initials(phone));
  at("channel").value = state.channel;
  at("read").disabled = !phone.unread;
  const { isOpen, text } = windowLine(phone, state.channel, Date.now());
  at("window").className = isOpen ? "open" : "closed";
  setText(at("window"), text);
}

/** Shows the messages, and stays at the newest one if that was in sight. `write(body)` sends as the customer. */
export function showMessages(write) {
  const list = at("messages");
  if (!list.lastElementChild) isAtEnd = true;
  const here = state.messages.filter((message) => message.channel === state.channel);
  const reactions = new Map(here.filter((each) => each.reactsTo).map((each) => [each.reactsTo, each.text]));
  const shown = entries(here.filter((each) => !isOnABubble(each, here)));
  reconcile(list, shown, (entry) => entry.key, (entry) => makeEntry(entry, write), (item, { message }) => {
    if (message) updateBubble(item, message, reactions.get(message.messageId));
  });
  stayAtEnd();
}

/** Scrolls to the newest message. */
export function toEnd() {
  isAtEnd = true;
  stayAtEnd();
}

/** Remembers whether the newest message is in sight, and keeps it there while pictures get their size. */
export function startChat() {
  const list = at("messages");
  let before = 0;
  list.addEventListener("scroll", () => {
    const isNear = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_THE_END_PX;
    const isUpward = list.scrollTop < before; // a picture that grows moves the end away, but scrolls nothing upward
    isAtEnd = isNear || (isAtEnd && !isUpward);
    before = list.scrollTop;
  });
  for (const event of ["load", "loadedmetadata"]) list.addEventListener(event, stayAtEnd, { capture: true });
  new ResizeObserver(stayAtEnd).observe(list);
}

function stayAtEnd() {
  const list = at("messages");
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

// A reaction to a message of the business is shown at that message.
const isOnABubble = (reaction, messages) =>
  messages.some((each) => each.messageId === reaction.reactsTo && each.direction === "out");

// Day lines and messages, in the order in which they are shown.
function entries(messages) {
  const now = Date.now() + (current()?.ahead ?? 0) * 1000;
  const listed = [];
  let today = "";
  for (const message of messages) {
    const name = day(new Date(message.at), now);
    if (name !== today) listed.push({ key: `day ${name}`, day: name });
    today = name;
    listed.push({ key: message.messageId, message });
  }
  return listed;
}

const makeEntry = (entry, write) => (entry.day ? element("div", "day", entry.day) : makeBubble(entry.message, write));
