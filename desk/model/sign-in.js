// What the tenant of Microsoft Entra ID answers, and what it means.

/** Signing in, or staying signed in, did not work; `problem.<code>` says it in the person's language. */
export class SignInFailed extends Error {
  /**
   * @param {string} code of OAuth, `access_denied`, or the tenant's own, `AADSTS50105`, where its words name one
   * @param {string} words of the tenant, for those whom ours do not help
   */
  constructor(code, words = "") {
    super(words || code);
    this.code = /AADSTS\d+/.exec(words)?.[0] ?? code;
    this.requestId = /Trace ID: (\S+)/.exec(words)?.[1] ?? null;
  }
}

/**
 * What comes back with the answer: it proves that this tab asked, and says where the person was.
 * @type {(proof: string, address: string) => string}
 */
export const stateOf = (proof, address) => `${proof} ${address}`;

/** @param {string} state @returns {string} query and place, `?lang=fr#/mine` */
export const addressIn = (state) => state.slice(state.indexOf(" ") + 1);

/**
 * @param {string} address query and place of the page
 * @returns {URLSearchParams | null} the tenant's answer, where the page was opened with one
 */
export function answerIn(address) {
  const [query = "", place = ""] = address.split("#");
  const parts = [place, query].map((part) => new URLSearchParams(part));
  return parts.find((part) => part.has("state") && (part.has("code") || part.has("error"))) ?? null;
}
