// What the desk takes from the browser. No other module but those of this folder touches it, so that all else runs in node.

/** @returns {string} an id that nobody else makes */
export const newId = () => crypto.randomUUID();

/** @param {string} name */
export const queryParameter = (name) => new URLSearchParams(location.search).get(name);

/** @returns {string} the part of the address that names a place of the desk, `#/mine` */
export const readHash = () => location.hash;

/** @param {string} hash */
export function writeHash(hash) {
  if (location.hash !== hash) location.hash = hash;
}

/** @param {(hash: string) => void} listener */
export const onHash = (listener) => addEventListener("hashchange", () => listener(location.hash));

export const languagesOfTheBrowser = () => navigator.languages;
export const isOnline = () => navigator.onLine;
export const isVisible = () => document.visibilityState === "visible";
export const hasFocus = () => document.hasFocus();
export const reload = () => location.reload();

/** @returns {string} the address of the desk, without a query or a place */
export const pageAddress = () => location.origin + location.pathname;

/** @returns {string} query and place, `?lang=fr#/mine` */
export const readAddress = () => location.search + location.hash;

/**
 * Stands at another query and place, without a load, and without a step for Back.
 * @param {string} address
 */
export const replaceAddress = (address) => history.replaceState(null, "", location.pathname + address);

/** @param {string} address */
export const goTo = (address) => location.assign(address);

/**
 * Calls `listener` when the page comes back: seen again, on the network again, out of the browser's memory.
 * @param {() => void} listener
 */
export function onReturn(listener) {
  addEventListener("online", listener);
  addEventListener("pageshow", (event) => event.persisted && listener());
  document.addEventListener("visibilitychange", () => isVisible() && listener());
}

/** Calls `listener` when the page goes. @param {() => void} listener */
export const onClose = (listener) => addEventListener("pagehide", listener);

/**
 * Calls `listener` before the page may go: left, hidden, closed.
 * @param {() => void} listener
 */
export function onLeave(listener) {
  onClose(listener);
  document.addEventListener("visibilitychange", () => isVisible() || listener());
}

/** @param {(online: boolean) => void} listener */
export function onNetwork(listener) {
  addEventListener("online", () => listener(true));
  addEventListener("offline", () => listener(false));
}

/** @param {(event: KeyboardEvent) => void} listener */
export const onKey = (listener) => addEventListener("keydown", listener);

/**
 * @param {string} title
 * @param {"idle" | "new" | "failed"} icon
 */
export function setTitle(title, icon) {
  document.title = title;
  const link = /** @type {HTMLLinkElement | null} */ (document.querySelector("link[rel=icon]"));
  const address = new URL(`../icons/${icon}.svg`, import.meta.url).href;
  if (link && link.href !== address) link.href = address;
}

/** @param {string} language */
export const setLanguageOfPage = (language) => document.documentElement.setAttribute("lang", language);

/** @param {"system" | "light" | "dark"} theme */
export const setThemeOfPage = (theme) => document.documentElement.setAttribute("data-theme", theme);

/** @returns {HTMLElement} where the desk is drawn */
export function root() {
  const element = document.getElementById("desk");
  if (!element) throw new Error("the page has no element with the id desk");
  return element;
}

/** @param {string} path of a file of the desk, `languages/en.json` */
export async function readOwnFile(path) {
  const answer = await fetch(new URL(`../${path}`, import.meta.url));
  if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}`);
  return answer.json();
}

/** Where the API is: the desk's files lie at `<api>/desk/<version>/edge/browser.js`. */
export const apiBase = () => new URL("../../../", import.meta.url).href;

/** @type {typeof fetch} */
export const fetchFrom = (...args) => fetch(...args);

/**
 * Calls `listener` now and whenever it changes, with whether there is room for the customer beside the conversation.
 * @param {(wide: boolean) => void} listener
 */
export function watchWide(listener) {
  const wide = matchMedia("(min-width: 75rem)");
  wide.addEventListener("change", () => listener(wide.matches));
  listener(wide.matches);
}

/** @param {string} text */
export const copyText = (text) => navigator.clipboard.writeText(text);

/** Whether the finger is what one points with: a keyboard on the screen takes room, and its Enter begins a line. */
export const isTouch = () => matchMedia("(pointer: coarse)").matches;

/** Whether nobody is writing anywhere, so that the focus may go where one would write next. */
export const focusIsFree = () => !document.activeElement?.closest("input, textarea, select, dialog");
