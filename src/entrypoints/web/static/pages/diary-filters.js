// What of the diary is shown, and in which order.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { read, userPath } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { useData } from "../lib/live.js";
import words from "../texts/diary.js";

const t = texts(words);
/** @type {(keyof Filter)[]} */
const NAMES = ["q", "watched", "rating", "genre", "year", "sort"];
const SORTS = /** @type {const} */ (["added", "rating", "title"]); // beside the order of watching, which is ""
const PAUSE_MS = 150;
const MOST_GENRES = 200;
const STARS = Array.from({ length: 10 }, (_, i) => 5 - i / 2);
/** @type {(stars: number) => string} */
const drawn = (stars) => `${"★".repeat(Math.floor(stars))}${stars % 1 ? "½" : ""}`;

/**
 * The filter that an address asks for; what it does not name is "".
 * @type {(search: URLSearchParams) => Filter}
 */
export const filterFrom = (search) =>
  /** @type {Filter} */ (Object.fromEntries(NAMES.map((name) => [name, search.get(name) ?? ""])));

/**
 * Whether the filter leaves anything out.
 * @type {(filter: Filter) => boolean}
 */
export const isFiltered = (filter) => NAMES.some((name) => name !== "sort" && filter[name] !== "");

/**
 * The filter as the diary's route takes it.
 * @param {Filter} filter
 */
export const queryOf = ({ watched, ...others }) => ({
  ...others,
  ...(watched && { watched_from: `${watched}-01-01`, watched_to: `${watched}-12-31` }),
});

/**
 * The search field and the choices beside it; `onChange` gets what changed.
 * @param {{ user: string, position: number, filter: Filter, onChange: (change: Partial<Filter>) => void }} props
 */
export function Filters({ user, position, filter, onChange }) {
  const [text, setText] = useTyped(filter.q, (q) => onChange({ q }));
  const [year, setYear] = useTyped(filter.year, (value) => /^(\d{4})?$/.test(value) && onChange({ year: value }));
  const { data } = useData(() => choices(user), [user], position);
  const [open, setOpen] = useState(() => isFiltered({ ...filter, q: "" })); // on narrow screens
  /** @type {(name: keyof Filter) => (event: On<HTMLSelectElement>) => void} */
  const select = (name) => (event) => onChange({ [name]: event.currentTarget.value });
  return html`
    <form class=${`diary-filters${open ? " open" : ""}`} role="search" onSubmit=${(event) => event.preventDefault()}>
      <label class="field diary-find">${t("find")}
        <input type="search" autocomplete="off" placeholder=${t("find_placeholder")}
          value=${text} onInput=${(event) => setText(event.currentTarget.value)} />
      </label>
      <button type="button" class="diary-toggle" aria-expanded=${open} onClick=${() => setOpen(!open)}>
        ${t("filters")}</button>
      <label class="field">${t("watched_in")}
        <select value=${filter.watched} onChange=${select("watched")}>
          <option value="">${t("any_year")}</option>
          ${withChosen(data?.years ?? [], filter.watched).map((value) => html`<option key=${value} value=${value}>${value}</option>`)}
        </select>
      </label>
      <label class="field">${t("rated")}
        <select value=${filter.rating} onChange=${select("rating")}>
          <option value="">${t("any_rating")}</option>
          ${STARS.map((stars) => html`<option key=${stars} value=${stars}>${drawn(stars)}</option>`)}
          <option value="none">${t("not_rated")}</option>
        </select>
      </label>
      <label class="field">${t("genre")}
        <select value=${filter.genre} onChange=${select("genre")}>
          <option value="">${t("any_genre")}</option>
          ${withChosen(data?.genres ?? [], filter.genre).map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
        </select>
      </label>
      <label class="field">${t("released")}
        <input inputmode="numeric" maxlength="4" autocomplete="off" placeholder=${t("any_release")}
          value=${year} onInput=${(event) => setYear(event.currentTarget.value)} />
      </label>
      <label class="field">${t("sort")}
        <select value=${filter.sort} onChange=${select("sort")}>
          <option value="">${t("sort_watched")}</option>
          ${SORTS.map((sort) => html`<option key=${sort} value=${sort}>${t(`sort_${sort}`)}</option>`)}
        </select>
      </label>
    </form>`;
}

/** @param {string} user */
async function choices(user) {
  const [stats, genres] = await Promise.all([
    read(userPath(user, "stats")),
    read(userPath(user, "affinities"), { type: "genre", limit: MOST_GENRES }),
  ]);
  return {
    position: stats.position,
    years: Object.keys(stats.monthly_counts).sort().reverse(),
    genres: genres.items.map(({ name }) => name).sort((a, b) => a.localeCompare(b)),
  };
}

// A choice made in the address stays one, also before the others are known.
/** @type {(known: string[], chosen: string) => string[]} */
const withChosen = (known, chosen) => (!chosen || known.includes(chosen) ? known : [chosen, ...known]);

// The text of a field, told once its typing pauses; a change from outside wins.
/**
 * @param {string} value
 * @param {(text: string) => void} onPause
 * @returns {[string, (text: string) => void]}
 */
function useTyped(value, onPause) {
  const [text, setText] = useState(value);
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  useEffect(() => {
    clearTimeout(timer.current);
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  /** @param {string} next */
  const type = (next) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onPause(next.trim()), PAUSE_MS);
  };
  return [text, type];
}
