// What a customer is called on the screen.

// Characters that turn the direction of all that follows: in a name they would break the words around it.
const TURNS = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

/**
 * @param {{name?: string | null, phone?: string | null, bsuid?: string | null} | null | undefined} contact
 * @returns {string} the name, else the number
 */
export const shownName = (contact) =>
  (contact?.name ?? contact?.phone ?? contact?.bsuid ?? "").replaceAll(TURNS, "").trim();
