// What a customer is called on the screen.

// Characters that turn the direction of all that follows: in a name they would break the words around it.
const TURNS = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

/** @param {string} name of a person or a file, as strangers gave it */
export const plain = (name) => name.replaceAll(TURNS, "").trim();

/**
 * @param {{name?: string | null, phone?: string | null, bsuid?: string | null} | null | undefined} contact
 * @returns {string} the name, else the number
 */
export const shownName = (contact) => plain(contact?.name ?? contact?.phone ?? contact?.bsuid ?? "");
