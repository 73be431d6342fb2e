// What changes on the server shows here by itself: one event stream for the whole page.

import { useCallback, useEffect, useRef, useState } from "../vendor/preact.js";
import { address, userPath } from "./api.js";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

// The stream of one user's positions. A hidden tab hangs up: a browser has only six lines to
// a server. When the line is lost it is tried again, each time after twice the wait.
class Stream {
  position = 0;
  /** @type {Answer<"Job"> | null} */
  job = null;
  /** @type {"off" | "live" | "lost"} */
  state = "off"; // then "live" or "lost"
  /** @type {Set<() => void>} */
  #listeners = new Set();
  /** @type {EventSource | null} */
  #source = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #wait = FIRST_WAIT_MS;
  /** @type {string} */
  #user;

  /** @param {string} user */
  constructor(user) {
    this.#user = user;
  }

  /** @param {() => void} listener */
  add(listener) {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      document.addEventListener("visibilitychange", this.#follow);
      addEventListener("online", this.#follow);
      this.#follow();
    }
  }

  /** @param {() => void} listener */
  delete(listener) {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) {
      document.removeEventListener("visibilitychange", this.#follow);
      removeEventListener("online", this.#follow);
      this.#hangUp();
    }
  }

  #hangUp() {
    clearTimeout(this.#timer);
    this.#source?.close();
  }

  #follow = () => {
    this.#hangUp();
    if (document.hidden) return;
    const source = new EventSource(address(userPath(this.#user, "stream")));
    this.#source = source;
    source.addEventListener("stats", (event) => {
      this.position = JSON.parse(event.data).position;
      this.#tell();
    });
    source.addEventListener("enrich", (event) => {
      this.job = JSON.parse(event.data);
      this.#tell();
    });
    source.onopen = () => {
      this.#wait = FIRST_WAIT_MS;
      this.state = "live";
      this.#tell();
    };
    source.onerror = () => {
      this.#hangUp();
      this.#timer = setTimeout(this.#follow, this.#wait * (0.75 + Math.random() / 2));
      this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT_MS);
      this.state = "lost";
      this.#tell();
    };
  };

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}

/** @type {Map<string, Stream>} */
const streams = new Map();

/**
 * @template Value
 * @param {string | null | undefined} user
 * @param {(stream: Stream) => Value} value
 * @returns {Value | null}
 */
function useStream(user, value) {
  const [, setState] = useState(/** @type {Value | null} */ (null));
  if (user && !streams.has(user)) streams.set(user, new Stream(user));
  const stream = user ? streams.get(user) : undefined;
  useEffect(() => {
    if (!stream) return undefined;
    const listener = () => setState(value(stream));
    stream.add(listener);
    return () => stream.delete(listener);
  }, [stream]);
  return stream ? value(stream) : null;
}

/**
 * The position of the user's statistics: 0 until the server tells it, then as it changes.
 * @param {string | null} user
 */
export const useLive = (user) => useStream(user, (stream) => stream.position) ?? 0;

/**
 * Whether changes arrive: "off" (not yet), "live" or "lost" (being tried again).
 * @param {string | undefined} user
 */
export const useLiveState = (user) => useStream(user, (stream) => stream.state) ?? "off";

/**
 * The completion of the user's films, once the server tells of one.
 * @param {string} user
 */
export const useJob = (user) => useStream(user, (stream) => stream.job);

/**
 * What `load()` promises, loaded anew when one of `deps` changes: {data, error, loading,
 * reload}. The data of before stays until the new is there, and beside an error. It is loaded
 * anew, too, when `position` changes, unless the answer says that it counts that one in.
 * @template Data
 * @param {() => Promise<Data>} load
 * @param {unknown[]} deps
 * @param {number} position
 * @returns {Loaded<Data>}
 */
export function useData(load, deps, position = 0) {
  const [state, setState] = useState(/** @type {Omit<Loaded<Data>, "reload">} */ ({ data: null, error: null, loading: true }));
  const latest = useRef(0);
  const told = useRef(position);
  const counted = useRef(0);
  const busy = useRef(false);
  told.current = position;
  /** @type {() => Promise<void>} */
  const reload = useCallback(async () => {
    const mine = ++latest.current;
    const from = told.current;
    busy.current = true;
    setState((before) => (before.loading ? before : { ...before, loading: true }));
    /** @type {Partial<Loaded<Data>>} */
    let next;
    try {
      next = { data: await load(), error: null };
    } catch (error) {
      next = { error: /** @type {Failure} */ (error) };
    }
    if (mine !== latest.current) return;
    busy.current = false;
    counted.current = positionOf(next.data) ?? from;
    setState((before) => ({ ...before, ...next, loading: false }));
    if (counted.current < told.current) await reload();
  }, deps);
  useEffect(() => {
    reload();
    return () => { latest.current += 1; }; // an answer that is not waited for any more is dropped
  }, [reload]);
  useEffect(() => {
    if (!busy.current && counted.current !== position) reload();
  }, [position]);
  return { ...state, reload };
}

/** @type {(answer: unknown) => number | null} */
const positionOf = (answer) => (answer && typeof answer === "object" && "position" in answer
  && typeof answer.position === "number" ? answer.position : null);
