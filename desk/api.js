// The one client of the API.

import { apiBase, fetchFrom } from "./edge/browser.js";
import { timeLimit } from "./edge/time.js";
import { sendFile } from "./edge/upload.js";
import { heardTime } from "./clock.js";
import { headers, sessionEnded } from "./session.js";

/** @typedef {{path: string, message: string}} FieldProblem */

const LIMIT_MS = 60_000;

/** What the API, or the way to it, did not do. */
export class ApiError extends Error {
  /**
   * @param {number} status HTTP status, 0 when there was no answer
   * @param {Partial<{code: string, title: string, detail: string, errors: FieldProblem[], replyId: string, templates: unknown[]}>} problem
   * @param {number | null} retryAfter seconds
   * @param {string | null} requestId
   */
  constructor(status, problem, retryAfter = null, requestId = null) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    this.code = problem.code ?? (status === 0 ? "unreachable" : "unavailable");
    this.problem = problem;
    this.errors = problem.errors ?? [];
    this.retryAfter = retryAfter;
    this.requestId = requestId;
  }

  /** Whether the same call may do it later: nothing is known of what it did. */
  get passing() {
    return this.status === 0 || this.status === 401 || this.status === 429 || this.status >= 500;
  }
}

/**
 * @typedef {object} Call
 * @property {unknown} [json] body
 * @property {Blob} [file] body of an upload
 * @property {(part: number) => void} [onProgress] told how much of the file has gone, from 0 to 1
 * @property {Record<string, string>} [headers]
 * @property {string} [key] Idempotency-Key
 * @property {string | null} [etag] If-Match
 * @property {AbortSignal} [signal]
 * @property {number} [limitMs] after which a call without an answer has come to nothing; files take as long as they take
 * @property {"json" | "blob" | "text"} [as]
 */

/**
 * @template T
 * @typedef {{body: T, etag: string | null, status: number, headers: Headers}} Answer
 */

/**
 * Calls the API.
 * @template [T=any]
 * @param {"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} method
 * @param {string} path below `/api/`, `conversations?queue=billing`
 * @param {Call} [call]
 * @returns {Promise<Answer<T>>}
 * @throws {ApiError} for every answer that is not a success, and for none
 */
export async function api(method, path, call = {}) {
  try {
    const answer = await send(method, path, call);
    heardTime(answer.headers.get("date"));
    if (answer.status === 401) sessionEnded();
    if (!answer.ok) throw await problemOf(answer);
    const body = answer.status === 204 ? null : await answer[call.as ?? "json"]();
    return { body, etag: answer.headers.get("etag"), status: answer.status, headers: answer.headers };
  } catch (error) {
    if (error instanceof ApiError || call.signal?.aborted) throw error;
    throw new ApiError(0, {}); // no answer, or a part of one
  }
}

/** @type {(method: string, path: string, call: Call) => Promise<Response>} */
async function send(method, path, call) {
  const { file, onProgress } = call;
  const signal = signalOf(call);
  const told = {
    ...(await headers()),
    ...(call.json === undefined ? {} : { "Content-Type": "application/json" }),
    ...(call.key ? { "Idempotency-Key": call.key } : {}),
    ...(call.etag ? { "If-Match": call.etag } : {}),
    ...call.headers,
  };
  if (file && onProgress) return sendFile(apiBase() + path, { headers: told, file, onProgress, signal });
  return fetchFrom(apiBase() + path, {
    method,
    headers: told,
    body: file ?? (call.json === undefined ? null : JSON.stringify(call.json)),
    signal,
    cache: "no-store",
  });
}

/** @param {Call} call @returns {AbortSignal | null} */
function signalOf({ signal, file, as, limitMs = LIMIT_MS }) {
  if (file || as === "blob") return signal ?? null;
  const limit = timeLimit(limitMs);
  return signal ? AbortSignal.any([signal, limit]) : limit;
}

/** @type {(answer: Response) => Promise<ApiError>} */
async function problemOf(answer) {
  const problem = await answer.json().catch(() => ({}));
  const retryAfter = Number(answer.headers.get("retry-after")) || null;
  return new ApiError(answer.status, problem, retryAfter, answer.headers.get("x-request-id"));
}

/**
 * @param {Record<string, string | number | boolean | null | undefined>} parameters those without a value are left out
 * @returns {string} `?queue=billing`, or nothing
 */
export function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined);
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : "";
}

const PAGE = 100;

/**
 * Reads a list to its end, a page after the other.
 * @param {string} path
 * @param {Parameters<typeof query>[0]} [parameters]
 * @returns {Promise<{items: any[], last: any}>} the items of all pages, and the last page
 */
export async function allPages(path, parameters = {}) {
  const items = [];
  /** @type {any} */
  let last = { nextCursor: null };
  do {
    last = (await api("GET", path + query({ ...parameters, limit: PAGE, cursor: last.nextCursor }))).body;
    items.push(...last.items);
  } while (last.nextCursor);
  return { items, last };
}
