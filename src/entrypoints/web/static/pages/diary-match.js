// "Wrong film?": say which film a play is of, from what the catalogue suggests or has, by an
// IMDb id, or that it is none of them.

import { html, useEffect, useRef } from "../vendor/preact.js";
import { send, userPath } from "../lib/api.js";
import { hours, texts } from "../lib/i18n.js";
import words from "../texts/diary.js";
import { FilmSearch } from "./film-search.js";
import { FormProblem, useSubmit } from "./form.js";

const t = texts(words);
const IMDB_ID = /\btt\d{7,10}\b/; // as it is, or in an address of imdb.com

/** @type {(text: string) => Choice[]} */
const byImdb = (text) => {
  const [imdb] = text.match(IMDB_ID) ?? [];
  return imdb ? [{ name: imdb, year: null, imdb }] : [];
};

/**
 * A film's name as it is told from others: with its year, directors and length.
 * @type {(film: Candidate) => string}
 */
export const candidateFacts = ({ directors, duration }) =>
  [directors.join(", "), duration && hours(duration)].filter(Boolean).join(" · ");

/**
 * Decide which film some entries are of; what undoes it.
 * @param {string} user
 * @param {Decision[]} decisions
 * @returns {Promise<Answers<Operation<UserPath<["review"]>, "post">>>}
 */
export const decide = (user, decisions) => send("POST", userPath(user, "review"), { decisions });

/**
 * `entries` are the plays that it is about, `entry` unless given. `onMatched` gets the cause of
 * the change and what the film is called now, null for none.
 * @param {{ user: string, entry: Play, entries?: Play[], onMatched: (cause: string | null, film: string | null) => void, onCancel: () => void }} props
 */
export function Match({ user, entry, entries = [entry], onMatched, onCancel }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const wanted = useRef(/** @type {{ film: FilmChoice, name: string | null } | null} */ (null));
  useEffect(() => field.current?.focus(), []);
  const { busy, problem, submit } = useSubmit(async () => {
    if (!wanted.current) return;
    const { film, name } = wanted.current;
    const { failed, undo } = await decide(user, [{ entries: entries.map((each) => each.entry_id), ...film }]);
    if (failed.length) throw new Error(failed[0].reason);
    onMatched(undo, name);
  });
  /** @type {(film: FilmChoice, name: string | null) => void} */
  const choose = (film, name) => {
    wanted.current = { film, name };
    submit();
  };
  return html`
    <div class="match" aria-busy=${busy}>
      <p class="hint">${entry.year ? t("match_hint_year", entry) : t("match_hint", entry)}</p>
      ${entry.suggestion && html`
        <h3 class="details-title">${t("candidates")}</h3>
        <ul class="candidates">
          ${entry.suggestion.map((film) => html`
            <li key=${film.ref}><button type="button" disabled=${busy} onClick=${() => choose({ ref: film.ref }, titled(film))}>
              <span><b>${titled(film)}</b><small>${candidateFacts(film)}</small></span></button></li>`)}
        </ul>`}
      <${FilmSearch} field=${field} label=${t("match_search")} others=${byImdb}
        onChoose=${(/** @type {Choice} */ film) =>
          (film.imdb ? choose({ ids: { imdb: film.imdb } }, film.imdb) : choose({ ref: film.film_key ?? "" }, titled(film)))} />
      <${FormProblem} problem=${problem} />
      <div class="row match-end">
        <button type="button" disabled=${busy} onClick=${() => choose({ none: true }, null)}>${t("match_none")}</button>
        <button type="button" class="quiet" onClick=${onCancel}>${t("cancel")}</button>
      </div>
      <p class="hint">${t("match_none_hint")}</p>
    </div>`;
}

/**
 * A film with its year.
 * @type {(film: { name: string, year: number | null }) => string}
 */
export const titled = (film) => (film.year ? t("dialog_year", film) : film.name);
