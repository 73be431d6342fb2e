// The lists of films on the overview.

import { html } from "../vendor/preact.js";
import { day, inStars, number, texts } from "../lib/i18n.js";
import { Film, Poster, Section, Stars } from "../lib/ui.js";
import overviewTexts from "../texts/overview.js";

const t = texts(overviewTexts);

/** @param {{ entries: Entry[] }} props */
export const Films = ({ entries }) => html`
  <ul class="films">
    ${entries.map((entry) => html`<li key=${entry.entry_id}><${Film} entry=${entry} /></li>`)}
  </ul>`;

// A film as its poster, with its name and rating under it.
/** @param {{ entry: Entry }} props */
export const PosterCard = ({ entry }) => html`
  <li>
    <${Poster} url=${entry.poster_url} title=${entry.name} />
    <h3>${entry.name}</h3>
    <p><${Stars} value=${entry.rating} /> <small>${entry.year}</small></p>
  </li>`;

/** @param {{ entries: Entry[], from: number }} props */
export const TopRated = ({ entries, from }) => html`
  <${Section} title=${t("top")} hint=${entries.length > 0 && t("top_hint", { stars: inStars(from) })}>
    ${entries.length === 0 && html`<p class="hint">${t("top_none", { stars: inStars(from) })}</p>`}
    ${entries.length > 0 && html`
      <ol class="posters sweep" tabindex="0" aria-label=${t("top")}>
        ${entries.map((entry) => html`<${PosterCard} key=${entry.entry_id} entry=${entry} />`)}
      </ol>`}
  <//>`;

/** @param {{ milestones: Answer<"Milestone">[] }} props */
export const Milestones = ({ milestones }) => html`
  <ol class="milestones">
    ${milestones.map(({ number: n, entry }) => html`
      <li key=${n}>
        <b>${number(n)}</b>
        <div>
          <h3 class="film-title">${entry.name} <small>${entry.year}</small></h3>
          <p class="hint">${n === 1 ? t("milestone_first") : t("milestone", { n })} · ${day(entry.watched_date)}</p>
        </div>
      </li>`)}
  </ol>`;

/** @param {{ films: Answer<"Rewatched">[] }} props */
export const Rewatched = ({ films }) => html`
  <ul class="films">
    ${films.map((film) => html`
      <li key=${`${film.name} ${film.year}`}>
        <article class="film">
          <${Poster} url=${film.poster_url} title=${film.name} />
          <div class="film-text">
            <h3 class="film-title">${film.name}</h3>
            <p class="film-facts">${[film.year, film.last_watched && t("last_watched", { day: day(film.last_watched) })].filter(Boolean).join(" · ")}</p>
          </div>
          <div class="film-extra">${t("times", { n: film.plays })}</div>
        </article>
      </li>`)}
  </ul>`;
