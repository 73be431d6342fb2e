// Talks to the server. Whatever goes wrong is a Problem with a sentence that can be shown.

import { texts } from "./i18n.js";

const t = texts({
  en: {
    silent: "The server does not answer. Is it running?",
    unclear: "The server answered with something that cinestats does not understand.",
  },
  it: {
    silent: "Il server non risponde. È in funzione?",
    unclear: "Il server ha risposto con qualcosa che cinestats non capisce.",
  },
});

/** An answer that is not the one wished for: its HTTP status (0 without any) and its document. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {Answer<"Problem"> | null} document
   */
  constructor(status, message, document = null) {
    super(message);
    this.status = status;
    this.document = document;
  }
}

/**
 * The address of a user's resource, such as userPath("anna", "movies", id), encoded.
 * @type {<const Parts extends UserParts>(user: string, ...parts: Parts) => UserPath<Parts>}
 */
export const userPath = (user, ...parts) => /** @type {UserPath<typeof parts>} */ (
  ["/users", user, ...parts].map((part, i) => (i ? encodeURIComponent(part) : part)).join("/"));

/**
 * A path with a query; what is null, undefined or empty is left out.
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} query
 */
export function address(path, query = {}) {
  const kept = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => [name, String(value)]);
  const secret = secretFor(path);
  if (secret !== null) kept.push(["link", secret]);
  return kept.length ? `${path}?${new URLSearchParams(kept)}` : path;
}

/**
 * A GET's JSON. Throws a Problem.
 * @type {<Where extends Address>(path: Where, query?: Query<Operation<Where, "get">>) => Promise<Got<Where>>}
 */
export const read = (path, query) => ask(address(path, query));

/**
 * Any other method's JSON (null for an empty answer); the body goes as JSON.
 * @template {Uppercase<Method>} How
 * @template {Address} Where
 * @param {How} method
 * @param {Where} path
 * @param {Sent<Operation<Where, Lowercase<How>>>} [body]
 * @param {{ headers?: Record<string, string> }} options
 * @returns {Promise<Answers<Operation<Where, Lowercase<How>>>>}
 */
export function send(method, path, body, { headers = {} } = {}) {
  if (body === undefined) return ask(path, { method, headers });
  return ask(path, {
    method,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** An Idempotency-Key: the same one for a write that is sent again. */
export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16).padStart(8, "0")).join("-");

// The answer is of any type here: read and send say which one an address leads to.
/** @type {(path: string, options?: RequestInit) => Promise<any>} */
async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Problem(0, t("silent"));
  }
  if (response.status === 204) return null;
  let document;
  try {
    document = await response.json();
  } catch {
    throw new Problem(response.status, t("unclear"));
  }
  if (!response.ok) throw new Problem(response.status, document.detail ?? t("unclear"), document);
  return document;
}

// A diary that is shared by a link is opened once as /u/anna?link=SECRET. The secret goes
// with every later read of that diary, from this tab only.
const SHARED = "cinestats.shared";

/** @type {(path: string) => string | null} */
function secretFor(path) {
  const shared = JSON.parse(sessionStorage.getItem(SHARED) ?? "null");
  const belongs = shared !== null && (path === shared.base || path.startsWith(`${shared.base}/`));
  return belongs ? shared.secret : null;
}

const opened = location.pathname.match(/^\/u\/([^/]+)/);
const secret = new URLSearchParams(location.search).get("link");
if (opened && secret) {
  sessionStorage.setItem(SHARED, JSON.stringify({ base: `/users/${opened[1]}`, secret }));
}
