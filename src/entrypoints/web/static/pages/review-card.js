// One film to decide: the question, the films that it may be, and what was decided.

import { html, useId } from "../vendor/preact.js";
import { day, texts } from "../lib/i18n.js";
import { Poster } from "../lib/ui.js";
import words from "../texts/review.js";
import { candidateFacts, titled } from "./diary-match.js";

const t = texts(words);
const MOST_KEYS = 9;

/**
 * @param {{
 *   id: string, doubt: Doubt, decided: Decided | null, current: boolean, keys: boolean, skipped: boolean,
 *   onChoose: (film: FilmChoice, name: string | null) => void, onAnew: () => void, onSkip: () => void, onSearch: () => void,
 * }} props
 */
export function DoubtCard({ id, doubt, decided, current, keys, skipped, onChoose, onAnew, onSkip, onSearch }) {
  const heading = useId();
  const { entries: [entry] } = doubt;
  if (decided) {
    return html`
      <li class="doubt-card decided" data-id=${id} tabindex="-1" aria-labelledby=${heading}>
        <p id=${heading}>${decided.name ? t("is", { title: titled(entry), film: decided.name }) : t("is_none", { title: titled(entry) })}</p>
        <div class="row">
          ${decided.n > 1 && html`<button type="button" aria-label=${t("anew_of", { title: titled(entry) })} onClick=${onAnew}>${t("anew")}</button>`}
          ${decided.undo && html`
            <button type="button" aria-label=${t("undo_of", { title: titled(entry) })} onClick=${decided.undo}>
              ${decided.n > 1 ? t("undo_all", { n: decided.n }) : t("undo")}${keys && html` <kbd>U</kbd>`}</button>`}
        </div>
      </li>`;
  }
  const key = (/** @type {string | number} */ name) => keys && current && html`<kbd>${name}</kbd>`;
  return html`
    <li class=${`doubt-card${current ? " current" : ""}${skipped ? " skipped" : ""}`} data-id=${id} tabindex="-1"
      aria-labelledby=${heading} aria-current=${current ? "step" : null}>
      <div class="doubt-poster"><${Poster} url=${entry.poster_url} title=${entry.name} /></div>
      <div class="doubt-what">
        <h2 id=${heading}>${question(doubt)}</h2>
        <p class="hint">${whence(doubt)}</p>
      </div>
      <ol class="candidates">
        ${doubt.candidates.map((film, i) => html`
          <li key=${film.ref}><button type="button" onClick=${() => onChoose({ ref: film.ref }, titled(film))}>
            ${i < MOST_KEYS && key(i + 1)}
            <span><b>${titled(film)}</b><small>${candidateFacts(film)}</small></span></button></li>`)}
      </ol>
      <div class="row doubt-actions">
        <button type="button" onClick=${() => onChoose({ none: true }, null)}>${t("none_of_these")} ${key("N")}</button>
        <button type="button" class="quiet" onClick=${onSkip}>${t("skip")} ${key("S")}</button>
        <button type="button" class="quiet" onClick=${onSearch}>${t("search")}</button>
      </div>
    </li>`;
}

/** @type {(doubt: Doubt) => string} */
function question({ entries: [entry], candidates }) {
  if (candidates.length === 1) {
    const [film] = candidates;
    const said = [titled(film), candidateFacts(film)].filter(Boolean).join(", ");
    return t("question", { title: titled(entry), film: said.replaceAll(" · ", ", ") });
  }
  return t(candidates.length ? "question_which" : "question_open", { title: titled(entry) });
}

// Where the plays come from, and what they count for until somebody decides.
/** @param {Doubt} doubt */
function whence({ why, entries }) {
  const [entry] = entries;
  const days = entries.map(({ watched_date }) => (watched_date ? day(watched_date) : t("no_day"))).slice(0, 3).join(", ");
  const plays = t("plays", { n: entries.length, days: entries.length > 3 ? `${days} …` : days });
  const directors = entry.director.join(", ");
  return why === "another-film" ? `${plays} ${directors ? t("another_by", { directors }) : t("another")}` : plays;
}
