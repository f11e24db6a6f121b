// The calls of the phone API, and of /play. Each rejects with an Error whose message a person can read.

async function call(path, method = "GET", body) {
  const json = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, { method, ...json });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.problems?.join("; ") ?? `The phones answered ${answer.status}`);
  return said;
}

const phone = (key) => `phones/${encodeURIComponent(key)}`;

export const channels = async () => (await call("channels")).channels;
export const phones = async () => (await call("phones")).phones;
export const messages = async (key) => (await call(`${phone(key)}/messages`)).messages;
export const write = (key, body) => call(`${phone(key)}/messages`, "POST", body);
export const name = (key, name) => call(phone(key), "PUT", { name });
export const read = (key) => call(`${phone(key)}/read`, "POST", {});
export const moveClock = (key, forward) => call(`${phone(key)}/clock`, "POST", { forward });
export const team = () => call("play/team", "POST", {});
export const fileAddress = (id) => `files/${encodeURIComponent(id)}`;
