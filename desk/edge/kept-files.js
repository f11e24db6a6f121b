// Files that wait to be sent. They survive a reload where the browser lets them.

const BOX = "desk-files";

/** What this page has; the browser's copy is for the next one. @type {Map<string, Blob>} */
const here = new Map();

/** @param {string} key */
const address = (key) => `/${encodeURIComponent(key)}`;

/** @param {string} key @param {Blob} file */
export function keepFile(key, file) {
  here.set(key, file);
  box(async (cache) => cache.put(address(key), new Response(file, { headers: { "Content-Type": file.type } })));
}

/** @param {string} key @returns {Promise<Blob | null>} null: it is not there any more */
export async function readFile(key) {
  return here.get(key) ?? (await box(async (cache) => (await cache.match(address(key)))?.blob())) ?? null;
}

/** @param {string} key */
export function forgetFile(key) {
  here.delete(key);
  void box((cache) => cache.delete(address(key)));
}

export function forgetAllFiles() {
  here.clear();
  void quietly(() => caches.delete(BOX));
}

/**
 * @template T
 * @param {(cache: Cache) => Promise<T>} use
 */
const box = (use) => quietly(async () => use(await caches.open(BOX)));

/**
 * @template T
 * @param {() => Promise<T>} what
 * @returns {Promise<T | undefined>} undefined where the browser keeps nothing: full, or not allowed
 */
const quietly = (what) => Promise.resolve().then(what).catch(() => undefined);
