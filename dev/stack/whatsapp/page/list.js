// The list of phones: who has one, the newest message, how many are unread.

import { at, button, element, reconcile, setText, words } from "./dom.js";
import { inOrder, state } from "./state.js";
import { initials, keyOf, nameOf, preview, time } from "./words.js";

/** Shows the list; `open(key)` is called for the phone that a person chooses. */
export function showList(open) {
  const phones = inOrder();
  const unread = phones.reduce((sum, phone) => sum + phone.unread, 0);
  document.title = `${unread ? `(${unread}) ` : ""}Simulated phones`;
  at("no-phones").hidden = phones.length > 0;
  reconcile(at("phones"), phones, keyOf, (phone) => makeItem(keyOf(phone), open), updateItem);
}

function makeItem(key, open) {
  const item = element("li");
  const opener = item.appendChild(button("", "", () => open(key)));
  const avatar = element("span", "avatar");
  avatar.setAttribute("aria-hidden", "true");
  opener.append(avatar, words("bdi", "name"), element("time"), words("span", "preview"), element("span", "unread"));
  return item;
}

function updateItem(item, phone) {
  const opener = item.firstChild;
  const part = (name) => opener.querySelector(name);
  setText(part(".avatar"), initials(phone));
  setText(part(".name"), nameOf(phone));
  setText(part("time"), phone.last ? time(new Date(phone.last.at)) : "");
  setText(part(".preview"), preview(phone.last));
  setText(part(".unread"), phone.unread ? String(phone.unread) : "");
  part(".unread").hidden = !phone.unread;
  part(".unread").title = "not read yet";
  opener.setAttribute("aria-current", String(keyOf(phone) === state.key));
}

/** Moves the focus along the list with the arrow keys. */
export function moveInList(event) {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const neighbour = step && event.target.closest("li")?.[step];
  if (!neighbour) return;
  event.preventDefault();
  neighbour.firstChild.focus();
}
