// One message as the phone shows it: words, file, buttons of a template, ticks, and a way to react.

import { button, element, setText, words } from "./dom.js";
import { fileAddress } from "./server.js";
import { TICKS, kind, mark, time } from "./words.js";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** Makes a bubble. `write(body)` sends something as the customer. */
export function makeBubble(message, write) {
  const bubble = element("article");
  const { header, footer, buttons = [] } = message.template ?? {};
  const above = mark(message);
  if (above) bubble.append(words("p", "mark", above));
  if (header) bubble.append(words("p", "header", header));
  if (message.text) bubble.append(words("p", "text", message.text));
  if (footer) bubble.append(words("p", "footer", footer));
  bubble.append(...buttons.map((each) => templateButton(each, write)), element("p", "error"), meta(message));
  if (message.direction === "out") bubble.append(reacting(message, write));
  updateBubble(bubble, message);
  return bubble;
}

/** Shows what changed since: status, file, the customer's reaction. */
export function updateBubble(bubble, message, reaction = "") {
  showFile(bubble, message);
  const template = message.template ? "template" : "";
  bubble.className = ["message", message.direction, message.status, template].join(" ").trim();
  const ticks = bubble.querySelector(".ticks");
  setText(ticks, TICKS[message.status] ?? "");
  ticks.setAttribute("aria-label", message.status);
  ticks.title = message.status;
  const error = bubble.querySelector(".error");
  error.hidden = !message.error;
  setText(error, message.error ? `Not delivered · ${message.error.code} · ${message.error.message}` : "");
  if (message.direction === "out") showReaction(bubble, reaction);
}

function meta(message) {
  const made = element("p", "meta");
  const when = made.appendChild(element("time", "", time(new Date(message.at))));
  when.dateTime = message.at;
  made.appendChild(element("span", "ticks")).setAttribute("role", "img");
  return made;
}

// A button of a template: one to answer with is tapped, an address is shown.
function templateButton({ text, payload, url }, write) {
  const made = button("choice", url ? `↗ ${text}` : text, () => write({ button: { text, payload: payload ?? text } }));
  made.title = url ?? "";
  made.disabled = Boolean(url);
  return made;
}

// The emoji of a message, folded away; the one that was given is pressed, and pressed again it is taken back.
function reacting(message, write) {
  const fold = element("details", "reacting");
  const opener = fold.appendChild(element("summary", "", "☺"));
  opener.setAttribute("aria-label", "React");
  const row = fold.appendChild(element("div", "emoji"));
  for (const emoji of EMOJI) {
    row.append(button("", emoji, (event) => {
      fold.open = false;
      const isGiven = event.currentTarget.getAttribute("aria-pressed") === "true";
      write({ reaction: { messageId: message.messageId, emoji: isGiven ? null : emoji } });
    }));
  }
  return fold;
}

function showReaction(bubble, reaction) {
  const opener = bubble.querySelector("summary");
  setText(opener, reaction || "☺");
  opener.classList.toggle("given", Boolean(reaction));
  opener.setAttribute("aria-label", reaction ? `React; now ${reaction}` : "React");
  for (const each of bubble.querySelectorAll(".emoji button")) {
    each.setAttribute("aria-pressed", String(each.textContent === reaction));
  }
}

// Shows a file once the stand-in has it: one of the business is fetched a moment after its message.
function showFile(bubble, message) {
  const { id, mimeType = "", fileName: name } = message.media ?? {};
  if (!id || bubble.querySelector(".file")) return;
  const address = fileAddress(id);
  const tag = { image: "img", audio: "audio", video: "video" }[mimeType.split("/")[0]] ?? "a";
  const file = element(tag, "file");
  if (tag === "a") {
    Object.assign(file, { href: address, download: name || "file", textContent: `⬇ ${name || "File"}` });
  } else if (tag === "img") {
    Object.assign(file, { src: address, alt: message.text || name || kind(message) });
  } else {
    Object.assign(file, { src: address, controls: true, preload: "metadata" });
    file.setAttribute("aria-label", kind(message));
  }
  bubble.insertBefore(file, bubble.querySelector(".text") ?? bubble.querySelector(".error"));
}
