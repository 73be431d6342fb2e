// The diary: find, rate, delete and add what was watched.

import { html, useCallback, useEffect, useRef, useState } from "../vendor/preact.js";
import { newKey, read, send, userPath } from "../lib/api.js";
import { month, number, texts } from "../lib/i18n.js";
import { useLive } from "../lib/live.js";
import { Empty, Link, Loading, Page, Trouble, navigate, pagePath, toast } from "../lib/ui.js";
import words from "../texts/diary.js";
import { AddFilm, alreadyThere } from "./diary-add.js";
import { Details } from "./diary-details.js";
import { Filters, filterFrom, isFiltered, queryOf } from "./diary-filters.js";
import { Play } from "./diary-play.js";
import { today } from "./today.js";

const t = texts(words);
const PAGE = 50;
const MOST = 1000; // what the server gives at once

/** @param {PageProps} props */
export default function Diary({ user, query }) {
  const position = useLive(user);
  const filter = filterFrom(query);
  const list = useDiary(user, filter, position);
  const [opened, setOpened] = useState(/** @type {Play | null} */ (null));
  const found = useRef(/** @type {HTMLElement | null} */ (null));

  /** @param {Partial<Filter>} change */
  const choose = (change) => {
    // What the address says now: a choice may come before the one before it is drawn.
    const chosen = { ...filterFrom(new URLSearchParams(location.search)), ...change };
    const kept = Object.entries(chosen).filter(([, value]) => value);
    navigate(`${pagePath(user, "diary")}?${new URLSearchParams(kept)}`.replace(/\?$/, ""), { replace: true });
  };

  /**
   * @param {FilmBody} film
   * @param {(entry: Entry) => Parameters<typeof toast>} undone
   */
  const add = async (film, undone) => {
    const { entry } = await send("POST", userPath(user, "movies"), film, { headers: { "Idempotency-Key": newKey() } });
    list.reload();
    toast(...undone(entry));
  };

  /**
   * @param {Play} entry
   * @param {number | null} rating
   */
  const rate = async (entry, rating) => {
    const held = list.hold(entry.entry_id, { rating });
    try {
      await send("PATCH", userPath(user, "movies", entry.entry_id), { rating });
    } catch (problem) {
      held.undo();
      toast(/** @type {Failure} */ (problem).message);
      return;
    }
    held.release();
    list.reload();
  };

  /** @param {Entry} entry */
  const remove = async (entry, quietly = false) => {
    const held = list.hold(entry.entry_id, null);
    found.current?.focus(); // the row that had it is gone
    try {
      await send("DELETE", userPath(user, "movies", entry.entry_id));
    } catch (problem) {
      held.undo();
      toast(/** @type {Failure} */ (problem).message);
      return;
    }
    held.release();
    list.reload();
    if (!quietly) toast(t("removed", { name: entry.name }), { action: t("undo"), onAction: () => restore(entry) });
  };

  /** @param {Entry} entry */
  const restore = (entry) =>
    add(filmOf(entry, entry.watched_date, entry.rating), ({ name }) => [t("restored", { name })])
      .catch((problem) => toast(problem.message));

  /** @param {Entry} entry */
  const again = (entry) =>
    add(filmOf(entry, today(), null), (play) => [
      t("again_done", { name: play.name }),
      { action: t("undo"), onAction: () => remove(play, true) },
    ]).catch((problem) => toast(alreadyThere(problem, entry.name, today()) ?? problem.message));

  const { items, total, cursor, error, busy } = list;
  // Nothing found by filters that were just cleared is no empty diary: its list is on its way.
  const empty = items?.length === 0 && !isFiltered(list.filter);
  return html`
    <${Page} title=${t("title")} actions=${html`
      <${Link} href=${pagePath(user, "import")} class="button">${t("import")}<//>`}>
      <${AddFilm} user=${user} onAdded=${list.reload} />
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
        </div>`}
      ${error && html`<${Trouble} error=${error} retry=${list.reload} />`}
      ${!items && !error && html`<${Loading} lines=${8} />`}
      ${items?.length === 0 && !empty && html`
        <${Empty} title=${t("nothing")}><p>${t("nothing_hint")}</p><//>`}
      <div class=${busy && items ? "busy" : ""} aria-busy=${busy}>
        ${items && groups(items, filter.sort).map(({ name, title, plays }) => html`
          <section key=${name} class="diary-group" aria-label=${title ?? t("entries")}>
            ${title && html`<h2>${title}</h2>`}
            <ol>
              ${plays.map((entry) => html`
                <${Play} key=${entry.entry_id} entry=${entry}
                  onRate=${rate} onAgain=${again} onRemove=${remove} onOpen=${setOpened} />`)}
            </ol>
          </section>`)}
      </div>
      ${items && cursor && html`
        <p class="diary-more">
          <button type="button" disabled=${busy} onClick=${list.more}>${t("more")}</button>
          <span class="hint">${t("shown", { shown: number(items.length), total: number(total) })}</span>
        </p>`}
      ${opened && html`
        <${Details} user=${user} entry=${opened} position=${position} onClose=${() => setOpened(null)} />`}
    <//>`;
}

// What the server needs to have the same film again, also one that no catalogue knows.
/** @type {(entry: Entry, watched_date: string | null, rating: number | null) => FilmBody} */
const filmOf = ({ name, year, genres, actors, director, duration, poster_url }, watched_date, rating) =>
  ({ name, year, genres, actors, director, duration, poster_url, watched_date, rating });

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
          setList((before) => ({ ...before, items, total }));
        },
      };
    },
  };
}

/** @type {(held: Map<string, Held>, items: Play[]) => Play[]} */
const asHeld = (held, items) =>
  items.filter(({ entry_id: id }) => held.get(id) !== null).map((entry) => ({ ...entry, ...held.get(entry.entry_id) }));
