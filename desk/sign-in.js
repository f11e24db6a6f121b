// Signs people in with Microsoft Entra ID: a code with PKCE, for tokens. The one that the API takes is in this page's
// memory alone; the one that renews it is in the tab's storage, and lives as long as the tab.

import { now as serverNow } from "./clock.js";
import { goTo, pageAddress, readAddress, reload, replaceAddress } from "./edge/browser.js";
import { keptInTab } from "./edge/storage.js";
import { now } from "./edge/time.js";
import { addressIn, answerIn, SignInFailed, stateOf } from "./model/sign-in.js";
import * as oauth from "./vendor/oauth4webapi.js";

/** @typedef {{authority: string, clientId: string, scope: string}} Tenant */
/** @typedef {{state: string, nonce: string, verifier: string}} Question what this tab asked the tenant */

const QUESTION = "desk.signIn.question";
const RENEWAL = "desk.signIn.renewal";
const LEFT = "desk.signIn.left";
const EARLY_MS = 300_000;
const TOLERANCE_S = 300;

export class SignIn {
  /** @type {string | null} */
  #token = null;
  /** When the token ends, by the browser's clock. */
  #ends = 0;
  /** @type {Promise<void> | null} */
  #renewing = null;

  /**
   * @param {Tenant} tenant
   * @param {oauth.AuthorizationServer} server
   */
  constructor(tenant, server) {
    this.tenant = tenant;
    this.server = server;
    this.scope = `openid profile offline_access ${tenant.scope}`;
    this.options = optionsFor(new URL(tenant.authority));
  }

  /** @param {Tenant} tenant */
  static async at(tenant) {
    const address = new URL(tenant.authority);
    try {
      const answer = await oauth.discoveryRequest(address, optionsFor(address));
      return new SignIn(tenant, await oauth.processDiscoveryResponse(address, answer));
    } catch (error) {
      throw new SignInFailed("tenant_unreachable", String(error));
    }
  }

  /** Lets the person in whom the tenant, or this tab, knows; for anybody else the page leaves for the tenant's. */
  async enter() {
    const answer = answerIn(readAddress());
    const question = /** @type {Question | null} */ (keptInTab.read(QUESTION));
    keptInTab.write(QUESTION, null);
    if (answer) await this.#understand(answer, question);
    else if (keptInTab.read(LEFT)) {
      keptInTab.write(LEFT, null);
      throw new SignInFailed("signed_out");
    }
    if (!(await this.token())) await this.begin();
  }

  /**
   * Leaves for the tenant's page, and comes back to where the person is.
   * @param {{choose?: boolean}} [how] `choose`: the person picks an account, even where the tenant knows one
   * @returns {Promise<never>}
   */
  async begin({ choose = false } = {}) {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = stateOf(oauth.generateRandomState(), readAddress());
    const nonce = oauth.generateRandomNonce();
    keptInTab.write(QUESTION, { state, nonce, verifier });
    const parameters = {
      client_id: this.tenant.clientId,
      response_type: "code",
      response_mode: "fragment", // so that no server's log has the code
      redirect_uri: pageAddress(),
      scope: this.scope,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...(choose ? { prompt: "select_account" } : {}),
    };
    goTo(`${this.server.authorization_endpoint}?${new URLSearchParams(parameters)}`);
    return new Promise(() => {}); // the page is about to go
  }

  /**
   * @returns {Promise<string | null>} what the API takes, renewed five minutes before its end; null: sign in again
   * @throws {SignInFailed} the tenant can't be reached, and the token has ended
   */
  async token() {
    if (this.#ends - now() < EARLY_MS && keptInTab.read(RENEWAL)) {
      this.#renewing ??= this.#renew().finally(() => (this.#renewing = null));
      await this.#renewing;
    }
    return this.#ends > now() ? this.#token : null;
  }

  /** Forgets who sat here, and leaves for the tenant's page that ends the session there, too. */
  leave() {
    this.#forget();
    const { end_session_endpoint: end } = this.server;
    if (end) goTo(`${end}?${new URLSearchParams({ post_logout_redirect_uri: pageAddress() })}`);
    else this.stayOut();
  }

  /** Forgets who sat here, and lets nobody in until somebody asks for it. */
  stayOut() {
    this.#forget();
    keptInTab.write(LEFT, true);
    reload();
  }

  /** @type {(answer: URLSearchParams, question: Question | null) => Promise<void>} */
  async #understand(answer, question) {
    const state = answer.get("state") ?? "";
    const asked = question?.state === state;
    replaceAddress(asked ? addressIn(state) : "");
    if (!asked && keptInTab.read(RENEWAL)) return; // Back led to an old answer
    if (!question || !asked) throw new SignInFailed("not_asked");
    try {
      const { server, options } = this;
      const client = this.#client;
      const parameters = oauth.validateAuthResponse(server, client, answer, state);
      const response = await oauth.authorizationCodeGrantRequest(
        server, client, oauth.None(), parameters, pageAddress(), question.verifier, options,
      );
      const checks = { expectedNonce: question.nonce, requireIdToken: true };
      this.#take(await oauth.processAuthorizationCodeResponse(server, client, response, checks));
    } catch (error) {
      throw translated(error);
    }
  }

  async #renew() {
    const { server, scope } = this;
    const client = this.#client;
    const options = { ...this.options, additionalParameters: { scope } };
    try {
      const token = keptInTab.read(RENEWAL);
      const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), token, options);
      this.#take(await oauth.processRefreshTokenResponse(server, client, response));
    } catch (error) {
      if (isRefusal(error)) keptInTab.write(RENEWAL, null);
      else if (this.#ends < now()) throw translated(error);
    }
  }

  /** @param {oauth.TokenEndpointResponse} tokens */
  #take({ access_token, refresh_token, expires_in = 3600 }) {
    this.#token = access_token;
    this.#ends = now() + expires_in * 1000;
    if (refresh_token) keptInTab.write(RENEWAL, refresh_token);
  }

  #forget() {
    keptInTab.write(RENEWAL, null);
    this.#token = null;
  }

  /** @returns {oauth.Client} the desk as the tenant knows it; tokens are looked at by the server's clock */
  get #client() {
    const ahead = Math.round((serverNow() - now()) / 1000);
    return { client_id: this.tenant.clientId, [oauth.clockSkew]: ahead, [oauth.clockTolerance]: TOLERANCE_S };
  }
}

/** Only a tenant on loopback, of a test, is spoken to without TLS: no other is in the settings. @param {URL} address */
const optionsFor = (address) => ({ [oauth.allowInsecureRequests]: address.protocol === "http:" });

/** The tenant said no, and would again: the person has been away for too long, or may not come in any more. @param {unknown} error */
const isRefusal = (error) => error instanceof oauth.ResponseBodyError && [400, 401].includes(error.status);

/** @param {unknown} error of the library or of the network */
function translated(error) {
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError)
    return new SignInFailed(error.error, error.error_description ?? "");
  if (error instanceof oauth.OperationProcessingError) return new SignInFailed("sign_in_invalid", error.message);
  return new SignInFailed("tenant_unreachable", String(error));
}
