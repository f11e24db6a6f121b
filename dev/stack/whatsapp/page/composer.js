// Writing as the customer: words, files, samples at hand, a choice from a list, and when it was written.

import { toEnd } from "./chat.js";
import { at, disclose, setText } from "./dom.js";
import * as server from "./server.js";
import { current, state } from "./state.js";

const HOUR_MS = 3_600_000;
const SAMPLES = {
  photo: { file: "sample-photo.jpg", mimeType: "image/jpeg" },
  voice: { file: "sample-voice.ogg", mimeType: "audio/ogg" },
  invoice: { file: "sample-invoice.pdf", mimeType: "application/pdf", fileName: "facture.pdf" },
};
const CARDS = {
  place: { location: { latitude: 48.8584, longitude: 2.2945, name: "Tour Eiffel", address: "5 avenue Anatole France, Paris" } },
  contact: { contacts: [{ name: "Chloé Ben Amor", phones: ["+33639981234"] }] },
};
const drafts = new Map();

/** Keeps the words of the phone that is left, and shows those of the one that is opened. */
export function changeDraft(from, to) {
  drafts.set(from, at("text").value);
  at("text").value = drafts.get(to) ?? "";
}

/** Tells why something could not be sent; empty: nothing is wrong. */
export function tell(problem) {
  at("problem").hidden = !problem;
  setText(at("problem"), problem);
}

/** Sends something as the customer who is open, and says so by the event "written". Returns whether it was taken. */
export async function write(content) {
  const hours = Number(at("written").value);
  const ahead = (current()?.ahead ?? 0) * 1000;
  const written = hours ? { at: new Date(Date.now() + ahead - hours * HOUR_MS).toISOString() } : {};
  try {
    await server.write(state.key, { channel: state.channel, ...written, ...content });
  } catch (error) {
    tell(error.message);
    return false;
  }
  at("written").value = "0";
  tell("");
  toEnd();
  at("composer").dispatchEvent(new Event("written"));
  return true;
}

// Sends what was typed, alone or below a file, and gives it back if it could not be sent.
async function writeWithWords(contentOf) {
  const { key } = state;
  const typed = at("text").value;
  at("text").value = "";
  if (await write(contentOf(typed.trim()))) return;
  if (key !== state.key) drafts.set(key, typed);
  else if (!at("text").value) at("text").value = typed;
}

async function sendFile(file, described) {
  const content = (await addressOf(file)).split(",")[1];
  await writeWithWords((caption) => ({ media: { ...described, content, ...(caption ? { caption } : {}) } }));
}

const sendChosen = (file) =>
  sendFile(file, { mimeType: file.type || "application/octet-stream", fileName: file.name });

async function sendSample({ file, ...described }) {
  showMore(false);
  await sendFile(await (await fetch(`page/${file}`)).blob(), described);
}

async function sendCard(card) {
  showMore(false);
  await write(card);
}

async function sendChoice() {
  const title = at("list-choice").value.trim();
  if (!title || !(await write({ list: { id: title, title } }))) return;
  at("list-choice").value = "";
  showMore(false);
}

/** A file as a data: address. */
function addressOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

const showMore = (shown) => disclose(at("attach"), at("more"), shown);

/** Connects the composer. */
export function startComposer() {
  at("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    if (at("text").value.trim()) writeWithWords((text) => ({ text }));
  });
  at("text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    at("composer").requestSubmit();
  });
  at("attach").addEventListener("click", () => showMore(at("more").hidden));
  at("more").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== at("list-choice")) return;
    event.preventDefault();
    sendChoice();
  });
  at("send-choice").addEventListener("click", sendChoice);
  for (const sample of at("more").querySelectorAll("[data-sample]")) {
    sample.addEventListener("click", () => sendSample(SAMPLES[sample.dataset.sample]));
  }
  for (const card of at("more").querySelectorAll("[data-card]")) {
    card.addEventListener("click", () => sendCard(CARDS[card.dataset.card]));
  }
  startFiles();
}

function startFiles() {
  const sendFirst = (event, files) => {
    if (!files.length) return;
    event.preventDefault();
    showMore(false);
    sendChosen(files[0]);
  };
  at("choose-file").addEventListener("click", () => at("file").click());
  at("file").addEventListener("change", (event) => {
    sendFirst(event, [...event.target.files]);
    event.target.value = "";
  });
  at("text").addEventListener("paste", (event) => sendFirst(event, event.clipboardData.files));
  at("phone").addEventListener("dragover", (event) => event.preventDefault());
  at("phone").addEventListener("drop", (event) => sendFirst(event, event.dataTransfer.files));
}
