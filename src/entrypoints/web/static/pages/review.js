// Films that nobody is sure of, one after the other: each is decided by one key or press.

import { html, useCallback, useEffect, useRef, useState } from "../vendor/preact.js";
import { read, userPath } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { sayDone, takeBack } from "../lib/undo.js";
import { Dialog, Empty, Link, Loading, Page, Trouble, pagePath, toast } from "../lib/ui.js";
import words from "../texts/review.js";
import { Match, decide, titled } from "./diary-match.js";
import { DoubtCard } from "./review-card.js";
import { onlyNamesake } from "./review-namesakes.js";

const t = texts(words);
const A_PAGE = 200;
const AT_ONCE = 500; // decisions that the server takes in one request
const KEYS_KEPT = "cinestats.review-keys";

/** @type {(doubt: Doubt) => string} */
const idOf = (doubt) => doubt.entries[0].entry_id;

/** @param {PageProps} props */
export default function Review({ user }) {
  const { items, error, reload } = useDoubts(user);
  const [decided, setDecided] = useState(/** @type {Map<string, Decided>} */ (new Map()));
  const [skipped, setSkipped] = useState(/** @type {Set<string>} */ (new Set()));
  const [searching, setSearching] = useState(/** @type {Doubt | null} */ (null));
  const [keys, setKeys] = useState(() => localStorage.getItem(KEYS_KEPT) !== "off");
  const list = useRef(/** @type {HTMLElement | null} */ (null));

  /** @type {(doubt: Doubt) => boolean} */
  const isOpen = (doubt) => !decided.has(idOf(doubt));
  const open = (items ?? []).filter(isOpen);
  const next = open.find((doubt) => !skipped.has(idOf(doubt))) ?? null;

  /** @param {Doubt[]} doubts */
  const reopen = (doubts) => setDecided((before) => {
    const after = new Map(before);
    for (const doubt of doubts) after.delete(idOf(doubt));
    return after;
  });
  /**
   * @param {Doubt[]} doubts
   * @param {string[]} causes
   */
  const undo = async (doubts, causes) => {
    try {
      await takeBack(user, causes);
    } catch (problem) {
      toast(/** @type {Failure} */ (problem).message);
      return;
    }
    reopen(doubts);
  };

  /**
   * Decide films at once; each shows as decided until the server says otherwise.
   * @param {{ doubt: Doubt, film: FilmChoice, name: string | null }[]} chosen
   */
  const choose = async (chosen) => {
    const said = new Map(chosen.map(({ doubt, name }) => [idOf(doubt), /** @type {Decided} */ ({ name, undo: null, n: chosen.length })]));
    setDecided((before) => new Map([...before, ...said]));
    const doubts = chosen.map(({ doubt }) => doubt);
    /** @type {string[]} */
    const causes = [];
    const done = new Set();
    try {
      for (let start = 0; start < chosen.length; start += AT_ONCE) {
        const part = chosen.slice(start, start + AT_ONCE);
        const answer = await decide(user, part.map(({ doubt, film }) =>
          ({ entries: doubt.entries.map((entry) => entry.entry_id), ...film })));
        if (answer.undo) causes.push(answer.undo);
        for (const { doubt } of part) done.add(idOf(doubt));
        for (const { entry_id } of answer.failed) done.delete(entry_id);
        if (answer.failed.length) toast(t("failed", { n: answer.failed.length, reason: answer.failed[0].reason }));
      }
    } catch (problem) {
      toast(/** @type {Failure} */ (problem).message);
    }
    const left = doubts.filter((doubt) => !done.has(idOf(doubt)));
    reopen(left);
    if (!causes.length) return;
    const all = () => undo(doubts, causes);
    setDecided((before) => {
      const after = new Map(before);
      for (const [id, mine] of said) if (after.get(id) === mine) after.set(id, { ...mine, undo: all });
      return after;
    });
    if (chosen.length > 1) sayDone(t("accepted", { n: chosen.length - left.length }), all);
  };

  const sure = open.flatMap((doubt) => {
    const film = onlyNamesake(doubt);
    return film ? [{ doubt, film: { ref: film.ref }, name: titled(film) }] : [];
  });

  /**
   * Leave a film for later; what is decided takes nothing away from it.
   * @param {Doubt} doubt
   */
  const skip = (doubt) => setSkipped((before) => new Set([...before, idOf(doubt)]));
  const undoLast = () => [...decided.values()].at(-1)?.undo?.();

  // ── Keys ──
  /** @type {(key: string, doubt: Doubt | null) => (() => void) | undefined} */
  const meant = (key, doubt) => {
    if (key === "u") return undoLast;
    if (!doubt) return undefined;
    if (key === "n") return () => choose([{ doubt, film: { none: true }, name: null }]);
    if (key === "s") return () => skip(doubt);
    const film = /^[1-9]$/.test(key) ? doubt.candidates[Number(key) - 1] : undefined;
    return film && (() => choose([{ doubt, film: { ref: film.ref }, name: titled(film) }]));
  };
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    if (!keys || event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const act = meant(event.key.toLowerCase(), open.find((doubt) => idOf(doubt) === focusedCard()) ?? next);
    if (!act) return;
    event.preventDefault();
    act();
  };
  const pressed = useRef(press);
  pressed.current = press; // an effect would come a frame late: the next key may be faster
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const listener = (event) => pressed.current(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);

  // What is next takes the focus once the one before it is decided, and is read out.
  const shown = useRef(/** @type {string | null} */ (null));
  const nextId = next && idOf(next);
  useEffect(() => {
    const moved = shown.current !== null && nextId !== shown.current;
    shown.current = nextId;
    /** @type {HTMLElement | null | undefined} */
    const card = moved && nextId ? list.current?.querySelector(`[data-id="${CSS.escape(nextId)}"]`) : null;
    card?.focus();
  }, [nextId]);

  /** @param {boolean} on */
  const turnKeys = (on) => {
    setKeys(on);
    localStorage.setItem(KEYS_KEPT, on ? "on" : "off");
  };
  const count = decided.size ? `${t("left", { n: open.length })} · ${t("decided", { n: decided.size })}` : t("left", { n: open.length });
  return html`
    <${Page} title=${t("title")} actions=${html`<${Link} href=${pagePath(user, "diary")} class="button">${t("to_diary")}<//>`}>
      ${error && html`<${Trouble} error=${error} retry=${reload} />`}
      ${!items && !error && html`<${Loading} lines=${6} />`}
      ${items?.length === 0 && html`<${Empty} title=${t("none")}><p>${t("none_hint")}</p><//>`}
      ${items && items.length > 0 && html`
        <p class="hint">${t("hint")}</p>
        <div class="review-bar">
          <p role="status">${count}</p>
          ${sure.length > 1 && html`
            <button type="button" class="primary" onClick=${() => choose(sure)}>${t("accept", { n: sure.length })}</button>`}
          <label class="check review-keys"><input type="checkbox" checked=${keys}
            onChange=${(event) => turnKeys(event.currentTarget.checked)} /> ${t("keys")}</label>
        </div>
        <ol class="doubts" ref=${list}>
          ${items.map((doubt) => html`
            <${DoubtCard} key=${idOf(doubt)} id=${idOf(doubt)} doubt=${doubt} decided=${decided.get(idOf(doubt)) ?? null}
              current=${doubt === next} keys=${keys} skipped=${skipped.has(idOf(doubt))}
              onChoose=${(/** @type {FilmChoice} */ film, /** @type {string | null} */ name) => choose([{ doubt, film, name }])}
              onAnew=${() => reopen([doubt])} onSkip=${() => skip(doubt)} onSearch=${() => setSearching(doubt)} />`)}
        </ol>`}
      ${searching && html`
        <${Dialog} title=${titled(searching.entries[0])} onClose=${() => setSearching(null)}>
          <${Match} user=${user} entry=${searching.entries[0]} entries=${searching.entries} onCancel=${() => setSearching(null)}
            onMatched=${(/** @type {string | null} */ cause, /** @type {string | null} */ name) => {
              const doubt = searching;
              setSearching(null);
              setDecided((before) => new Map([...before, [idOf(doubt), {
                name, n: 1, undo: cause ? () => undo([doubt], [cause]) : null,
              }]]));
            }} />
        <//>`}
    <//>`;
}

/** @type {(target: EventTarget | null) => boolean} */
const isTyping = (target) =>
  target instanceof Element && target.closest("input:not([type=checkbox]), select, textarea, dialog") !== null;

const focusedCard = () => document.activeElement?.closest("[data-id]")?.getAttribute("data-id");

// All doubts of a diary, page by page.
/** @param {string} user */
function useDoubts(user) {
  const [state, setState] = useState(/** @type {{ items: Doubt[] | null, error: Failure | null }} */ ({ items: null, error: null }));
  const latest = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++latest.current;
    /** @type {Doubt[]} */
    const items = [];
    /** @type {string | null} */
    let cursor = null;
    try {
      do {
        /** @type {Got<UserPath<["review"]>>} */
        const page = await read(userPath(user, "review"), { limit: A_PAGE, cursor });
        if (mine !== latest.current) return;
        items.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor);
      setState({ items, error: null });
    } catch (error) {
      if (mine === latest.current) setState((before) => ({ ...before, error: /** @type {Failure} */ (error) }));
    }
  }, [user]);
  useEffect(() => {
    reload();
    return () => { latest.current += 1; };
  }, [reload]);
  return { ...state, reload };
}
