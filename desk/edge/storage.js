// What stays in this browser. A full or forbidden storage loses nothing that is on the screen: it is only not remembered.

/**
 * @param {() => Storage} storage
 */
const store = (storage) => ({
  /**
   * @param {string} key
   * @returns {any} what was kept, or null
   */
  read(key) {
    try {
      return JSON.parse(storage().getItem(key) ?? "null");
    } catch {
      return null;
    }
  },
  /**
   * @param {string} key
   * @param {unknown} value null forgets it
   */
  write(key, value) {
    try {
      if (value === null) storage().removeItem(key);
      else storage().setItem(key, JSON.stringify(value));
    } catch {
      // full, or not allowed
    }
  },
  /** @returns {string[]} */
  keys() {
    try {
      return Object.keys(storage());
    } catch {
      return [];
    }
  },
  /** @param {(key: string) => boolean} which */
  forget(which) {
    for (const key of this.keys().filter(which)) this.write(key, null);
  },
});

/** Kept until somebody signs out: drafts, outbox, choices. */
export const kept = store(() => localStorage);

/** Calls `listener` when another tab keeps something, or forgets it. @param {(key: string, forgotten: boolean) => void} listener */
export const onKept = (listener) =>
  addEventListener("storage", ({ key, newValue }) => key !== null && listener(key, newValue === null));

/** Kept until this tab closes. */
export const keptInTab = store(() => sessionStorage);
