// The diary: find, rate, put right, delete and add what was watched.

import { html, useCallback, useEffect, useRef, useState } from "../vendor/preact.js";
import { newKey, read, send, userPath } from "../lib/api.js";
import { day, inStars, month, number, texts } from "../lib/i18n.js";
import { useData, useLive } from "../lib/live.js";
import { isOwn } from "../lib/session.js";
import { sayDone, takeBack } from "../lib/undo.js";
import { Empty, Link, Loading, Page, Trouble, navigate, pagePath, toast, useSteps } from "../lib/ui.js";
import words from "../texts/diary.js";
import { AddFilm, alreadyThere } from "./diary-add.js";
import { BulkDialog, SelectionBar, allIds, inBulk, useSelection } from "./diary-bulk.js";
import { PlayDialog } from "./diary-details.js";
import { Filters, filterFrom, isFiltered, queryOf } from "./diary-filters.js";
import { Play } from "./diary-play.js";
import { Enrich, lacksDetails } from "./enrich.js";
import { today } from "./today.js";

const t = texts(words);
const PAGE = 50;
const IN_SIGHT = 8; // so many plays come first, the others right after them
const MOST = 1000; // what the server gives at once

/** @param {PageProps} props */
export default function Diary({ user, query, session }) {
  const position = useLive(user);
  const filter = filterFrom(query);
  const list = useDiary(user, filter, position);
  const [opened, setOpened] = useState(/** @type {{ entry: Play, view: DialogView } | null} */ (null));
  const { selected, setSelected, onSelect } = useSelection(list.items ?? []);
  const lacking = useRef(false); // whether a film lacked details: what became of it is told, too
  const [changing, setChanging] = useState(false);
  const [working, setWorking] = useState(false);
  const own = isOwn(session, user);
  const doubts = useData(() => (own ? doubtsOf(user) : Promise.resolve(NO_DOUBTS)), [user, own]);
  const found = useRef(/** @type {HTMLElement | null} */ (null));
  const rated = useRef(/** @type {Promise<unknown>} */ (Promise.resolve()));

  /** @param {Partial<Filter>} change */
  const choose = (change) => {
    // What the address says now: a choice may come before the one before it is drawn.
    const chosen = { ...filterFrom(new URLSearchParams(location.search)), ...change };
    const kept = Object.entries(chosen).filter(([, value]) => value);
    navigate(`${pagePath(user, "diary")}?${new URLSearchParams(kept)}`.replace(/\?$/, ""), { replace: true });
  };

  const undone = () => {
    list.reload();
    doubts.reload();
  };
  /** @type {(problem: unknown) => void} */
  const failed = (problem) => {
    toast(/** @type {Failure} */ (problem).message);
  };

  /**
   * @param {Play} entry
   * @param {number | null} rating
   */
  const setRating = async (entry, rating) => {
    const held = list.hold(entry.entry_id, { rating });
    // One after the other: of two at once the server might take the later choice first.
    const done = rated.current.then(() => send("PATCH", userPath(user, "movies", entry.entry_id), { rating }));
    rated.current = Promise.allSettled([done]);
    try {
      await done;
    } catch (problem) {
      held.undo();
      throw problem;
    }
    held.release();
    list.reload();
  };
  /**
   * @param {Play} entry
   * @param {number | null} rating
   */
  const rate = (entry, rating) =>
    setRating(entry, rating).then(() => {
      const text = rating === null ? t("unrated", entry) : t("rated_now", { name: entry.name, stars: inStars(rating) });
      sayDone(text, () => setRating(entry, entry.rating));
    }).catch(failed);

  /** @param {Play} entry */
  const remove = async (entry) => {
    const held = list.hold(entry.entry_id, null);
    found.current?.focus(); // the row that had it is gone
    /** @type {Bulk} */
    let done;
    try {
      done = await inBulk(user, [entry.entry_id], { delete: true });
    } catch (problem) {
      held.undo();
      failed(problem);
      return;
    }
    held.release();
    list.reload();
    const said = t("restored", { name: entry.name });
    sayDone(t("removed", { name: entry.name }), () => takeBack(user, done.causes), { onUndone: undone, said });
  };

  // What was just added goes again.
  /** @param {string} id */
  const takeOut = async (id) => {
    await inBulk(user, [id], { delete: true });
    list.reload();
  };
  /** @type {(name: string, id: string) => void} */
  const added = (name, id) => {
    list.reload();
    sayDone(t("added", { name }), () => takeOut(id));
  };

  /**
   * Another play of the film.
   * @param {Play} entry
   * @param {string | null} watched
   * @param {{ again?: boolean }} how
   */
  const playAgain = async (entry, watched, { again: twice = false } = {}) => {
    const film = { ...filmOf(entry, watched), ...(twice && { again: true }) };
    try {
      const { entry_id: id } = await send("POST", userPath(user, "movies"), film, { headers: { "Idempotency-Key": newKey() } });
      list.reload();
      const text = watched === today() ? t("again_done", entry) : t("twice_done", { name: entry.name, day: day(watched) });
      sayDone(text, () => takeOut(id));
    } catch (problem) {
      const sentence = alreadyThere(/** @type {Failure} */ (problem), entry.name, watched);
      if (sentence === null) failed(problem);
      else toast(sentence, { action: t("twice"), onAction: () => playAgain(entry, watched, { again: true }) });
    }
  };

  const close = () => setOpened(null);
  /** @type {(entry: Play, undo: () => Promise<unknown>) => void} */
  const saved = (entry, undo) => {
    close();
    list.reload();
    sayDone(t("saved", entry), undo, { onUndone: undone });
  };
  /** @type {(entry: Play, cause: string | null, film: string | null) => void} */
  const matched = (entry, cause, film) => {
    close();
    undone();
    const text = film ? t("matched", { name: entry.name, film }) : t("matched_none", entry);
    if (cause) sayDone(text, () => takeBack(user, [cause]), { onUndone: undone });
    else toast(text);
  };

  // ── Several at once ──
  /** @param {() => Promise<void>} work */
  const withSelected = async (work) => {
    setWorking(true);
    await work().catch(failed);
    setWorking(false);
  };
  const selectAll = () => withSelected(async () => setSelected(new Set(await allIds(user, filter))));
  /**
   * @param {BulkWhat} what
   * @param {"bulk_done" | "bulk_deleted"} text
   */
  const changeSelected = async (what, text) => {
    const done = await inBulk(user, [...selected ?? []], what);
    setChanging(false);
    setSelected(new Set());
    undone();
    const left = done.failed.length ? ` ${t("bulk_failed", { n: done.failed.length, reason: done.failed[0].reason })}` : "";
    const said = t(text, { n: done.changed }) + left;
    if (done.causes.length) sayDone(said, () => takeBack(user, done.causes), { onUndone: undone });
    else toast(said);
  };

  const { items, total, cursor, error, busy } = list;
  const step = useSteps(items ? 3 : 0);
  lacking.current ||= items?.some(lacksDetails) ?? false;
  // Nothing found by filters that were just cleared is no empty diary: its list is on its way.
  const empty = items?.length === 0 && !isFiltered(list.filter);
  return html`
    <${Page} title=${t("title")} actions=${html`<div class="diary-actions">
      ${doubts.data?.films ? html`
        <${Link} href=${pagePath(user, "review")} class="button">${t("review_films", { n: doubts.data.films })}<//>` : null}
      ${doubts.data?.twins ? html`
        <${Link} href=${pagePath(user, "duplicates")} class="button">${t("review_twins", { n: doubts.data.twins })}<//>` : null}
      <${Link} href=${pagePath(user, "import")} class="button">${t("import")}<//></div>`}>
      <${AddFilm} user=${user} onAdded=${added} />
      ${empty ? html`
        <${Empty} title=${t("empty")}>
          <p>${t("empty_hint")}</p>
          <p><${Link} href=${pagePath(user, "import")} class="button">${t("import")}<//></p>
        <//>` : html`
        <${Filters} user=${user} position=${position} filter=${filter} onChange=${choose} />
        <div class="diary-count" ref=${found} tabindex="-1">
          <p role="status">${items && t("count", { n: total })}</p>
          ${isFiltered(filter) && html`
            <button type="button" class="quiet" onClick=${() => choose(filterFrom(new URLSearchParams()))}>
              ${t("reset")}</button>`}
          ${own && items?.length ? html`
            <button type="button" class="quiet diary-select" aria-pressed=${selected !== null}
              onClick=${() => setSelected(selected ? null : new Set())}>${t("select_several")}</button>` : null}
        </div>
        ${own && lacking.current && html`<${Enrich} user=${user} onChange=${undone} />`}`}
      ${error && html`<${Trouble} error=${error} retry=${list.reload} />`}
      ${!items && !error && html`<${Loading} lines=${8} />`}
      ${items?.length === 0 && !empty && html`
        <${Empty} title=${t("nothing")}><p>${t("nothing_hint")}</p><//>`}
      <div class=${busy && items ? "busy" : ""} aria-busy=${busy}>
        ${items && groups(step < 3 ? items.slice(0, IN_SIGHT + 14 * step) : items, filter.sort).map(({ name, title, plays }) => html`
          <section key=${name} class="diary-group" aria-label=${title ?? t("entries")}>
            ${title && html`<h2>${title}</h2>`}
            <ol>
              ${plays.map((entry) => html`
                <${Play} key=${entry.entry_id} entry=${entry}
                  selected=${selected?.has(entry.entry_id) ?? false} onSelect=${selected && onSelect}
                  onRate=${rate} onAgain=${(/** @type {Play} */ play) => playAgain(play, today())} onRemove=${remove}
                  onOpen=${(/** @type {Play} */ play, /** @type {DialogView} */ view) => setOpened({ entry: play, view })} />`)}
            </ol>
          </section>`)}
      </div>
      ${items && cursor && html`
        <p class="diary-more">
          <button type="button" disabled=${busy} onClick=${list.more}>${t("more")}</button>
          <span class="hint">${t("shown", { shown: number(items.length), total: number(total) })}</span>
        </p>`}
      ${opened && html`
        <${PlayDialog} key=${opened.entry.entry_id} user=${user} entry=${opened.entry} view=${opened.view} position=${position}
          onClose=${close} onSaved=${saved} onMatched=${matched}
          onTwice=${(/** @type {Play} */ play) => {
            close();
            playAgain(play, play.watched_date, { again: true });
          }} />`}
      ${selected && html`
        <${SelectionBar} n=${selected.size} total=${total} busy=${working} onAll=${selectAll}
          onChange=${() => setChanging(true)} onDone=${() => setSelected(null)}
          onDelete=${() => withSelected(() => changeSelected({ delete: true }, "bulk_deleted"))} />`}
      ${selected && changing && html`
        <${BulkDialog} n=${selected.size} onClose=${() => setChanging(false)}
          onChange=${(/** @type {BulkChange} */ change) => changeSelected({ change }, "bulk_done")} />`}
    <//>`;
}

const NO_DOUBTS = { films: 0, twins: 0 };

// How many films nobody is sure of, and how many plays may be told twice.
/** @param {string} user */
async function doubtsOf(user) {
  const [films, twins] = await Promise.all([
    read(userPath(user, "review"), { limit: 1 }),
    read(userPath(user, "duplicates"), { limit: 1 }),
  ]);
  return { films: films.total, twins: twins.total };
}

// What the server needs to have the same film again, also one that no catalogue knows.
/** @type {(entry: Play, watched_date: string | null) => FilmBody} */
const filmOf = ({ name, year, genres, actors, director, duration, poster_url, ids }, watched_date) =>
  ({ name, year, genres, actors, director, duration, poster_url, ids: known(ids), watched_date, rating: null });

/** @type {<Ids extends Record<string, unknown>>(ids: Ids) => Partial<Ids>} */
const known = (ids) => /** @type {Partial<typeof ids>} */ (
  Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== null)));

// Plays in order of the day they were watched stand under their months.
/**
 * @param {Play[]} items
 * @param {string} sort
 */
function groups(items, sort) {
  if (sort) return [{ name: "all", title: null, plays: items }];
  /** @type {{ name: string, title: string, plays: Play[] }[]} */
  const found = [];
  for (const entry of items) {
    const name = entry.watched_date?.slice(0, 7) ?? "undated";
    const last = found.at(-1);
    if (last?.name === name) last.plays.push(entry);
    else found.push({ name, title: entry.watched_date ? month(name) : t("undated"), plays: [entry] });
  }
  return found;
}

// The entries that fit `filter`, page by page. What was loaded is loaded anew, at once, when
// the diary changes; the entries of before, and the filter they fit, stay until then.
/**
 * @typedef {{
 *   items: Play[] | null, filter: Filter, cursor: string | null, total: number, error: Failure | null, busy: boolean,
 * }} Entries
 * @param {string} user
 * @param {Filter} filter
 * @param {number} position
 */
function useDiary(user, filter, position) {
  const [list, setList] = useState(/** @type {Entries} */ ({
    items: null, filter, cursor: null, total: 0, error: null, busy: true,
  }));
  const latest = useRef(0);
  const loaded = useRef(0);
  const held = useRef(/** @type {Map<string, Held>} */ (new Map()));
  loaded.current = list.items?.length ?? 0;
  const wanted = JSON.stringify(filter);

  const load = useCallback(async (/** @type {number} */ limit, /** @type {string | null} */ cursor = null) => {
    const mine = ++latest.current;
    setList((before) => ({ ...before, busy: true }));
    /** @type {(before: Entries) => Entries} */
    let next;
    try {
      const page = await read(userPath(user, "diary"), { ...queryOf(filter), limit, cursor });
      next = (before) => ({
        items: asHeld(held.current, cursor ? [...before.items ?? [], ...page.items] : page.items),
        filter,
        cursor: page.next_cursor,
        total: page.total,
        error: null,
        busy: false,
      });
    } catch (error) {
      next = (before) => ({ ...before, error: /** @type {Failure} */ (error), busy: false });
    }
    if (mine === latest.current) setList(next);
  }, [user, wanted]);
  const reload = useCallback(
    () => load(Math.min(Math.max(loaded.current, PAGE), MOST)), [load],
  );

  useEffect(() => {
    load(PAGE);
    return () => { latest.current += 1; };
  }, [load]);
  const shown = useRef(position);
  useEffect(() => {
    if (shown.current !== position) reload();
    shown.current = position;
  }, [position]);

  return {
    ...list,
    reload,
    more: () => load(PAGE, list.cursor),
    // Shows an entry with `values`, or not at all for null, until the server has it so: an
    // answer that was on its way already must not bring back what it was.
    hold: (/** @type {string} */ id, /** @type {Held} */ values) => {
      const { items, total } = list;
      held.current.set(id, values);
      setList((before) => ({
        ...before,
        items: before.items && asHeld(held.current, before.items),
        total: before.total - (values === null ? 1 : 0),
      }));
      const release = () => held.current.get(id) === values && held.current.delete(id);
      return {
        release,
        undo: () => {
          release();
          setList((before) => ({ ...before, items: items && asHeld(held.current, items), total }));
        },
      };
    },
  };
}

/** @type {(held: Map<string, Held>, items: Play[]) => Play[]} */
const asHeld = (held, items) =>
  items.filter(({ entry_id: id }) => held.get(id) !== null).map((entry) => ({ ...entry, ...held.get(entry.entry_id) }));
