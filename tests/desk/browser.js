// What the modules that keep state ask of a browser: enough of one for the tests.

/** What has been asked of the server, and how it answers: a function of the address below `/api/`, and of the rest. */
export const server = { asked: [], answer: () => ({}) };

/** Who listens to the page, `{name, listener}`. */
const listeners = [];

/** Tells those who listen of something that has happened. */
export const happen = (name, event) => listeners.filter((one) => one.name === name).forEach(({ listener }) => listener(event));

/** The rest of a browser: locks that are free, and a page that is looked at. */
const page = {
  visibilityState: "visible",
  addEventListener() {},
};

/** Where the API is, as desk/edge/browser.js finds it. */
const API = new URL("../../../", import.meta.url).href;

const storage = () => {
  const kept = {};
  const methods = {
    getItem: (key) => kept[key] ?? null,
    setItem: (key, value) => void (kept[key] = String(value)),
    removeItem: (key) => void delete kept[key],
  };
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(kept, name, { value });
  return kept;
};

const locks = { held: [], request: async (_, ...rest) => rest.at(-1)({}), query: async () => ({ held: locks.held }) };

const globals = {
  document: page,
  location: { hash: "", search: "" },
  localStorage: storage(),
  sessionStorage: storage(),
  addEventListener: (name, listener) => listeners.push({ name, listener }),
  matchMedia: () => ({ matches: false }),
  BroadcastChannel: class {
    static last = null;
    said = [];
    constructor() {
      globals.BroadcastChannel.last = this;
    }
    postMessage(message) {
      this.said.push(message);
    }
  },
  fetch: async (address, { method, headers } = {}) => {
    const path = String(address).replace(API, "");
    server.asked.push(path);
    const body = await server.answer(path, { method, headers });
    return body instanceof Response ? body : Response.json(body);
  },
};
for (const [name, value] of Object.entries(globals)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
Object.defineProperty(globalThis, "navigator", { value: { locks, onLine: true, languages: ["en"] }, configurable: true });

export { locks };
