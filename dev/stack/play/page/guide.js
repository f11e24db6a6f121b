// What somebody who sees the page for the first time may try next. Pure: what is on the phone goes in, one line comes out.

/**
 * @param {Array<{direction: string, kind: string, status: string, template: object | null}>} messages of the phone, oldest first
 * @param {boolean} isWindowOpen
 */
export function nextStep(messages, isWindowOpen) {
  const arrived = messages.filter((message) => message.status !== "failed" && message.kind !== "reaction");
  const template = arrived.findLastIndex((message) => message.template);
  if (template >= 0) return afterTemplate(arrived.slice(template + 1));
  if (!arrived.some(isWritten)) return "Write something on the phone.";
  if (!isWindowOpen) return "A day has passed on the phone. Answer once more on the desk.";
  // What the business says first is its greeting, which goes out by itself.
  const answers = arrived.filter((message) => !isWritten(message)).length - 1;
  return answers > 0 ? "Now let a day pass: 25 hours later." : "The message is on the desk. Answer it there.";
}

function afterTemplate(since) {
  const written = since.findIndex(isWritten);
  if (written < 0) return "WhatsApp let only the template through; the words are held. Answer on the phone.";
  if (!since.slice(written).some((message) => !isWritten(message))) return "The held words are on their way.";
  return "The held words have arrived. Send a photo, open another phone, or sit down as Sam.";
}

const isWritten = (message) => message.direction === "in";
