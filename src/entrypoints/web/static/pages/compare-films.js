// The films behind the comparison: agreed on, disagreed on, seen by one alone.

import { html } from "../vendor/preact.js";
import { texts } from "../lib/i18n.js";
import { Film, Poster, Section, Stars } from "../lib/ui.js";
import words from "../texts/compare.js";

const t = texts(words);

/**
 * The films that both rated, nearest and furthest apart.
 * @param {{ data: Answer<"Comparison"> }} props
 */
export function RatedByBoth({ data }) {
  if (!data.agree.length && !data.disagree.length) return null;
  return html`
    <div class="grid two compare-lists">
      <${Pairs} title=${t("agree")} films=${data.agree} data=${data} />
      <${Pairs} title=${t("disagree")} films=${data.disagree} data=${data} />
    </div>`;
}

/** @param {{ title: string, films: Answer<"RatedByBoth">[], data: Answer<"Comparison"> }} props */
function Pairs({ title, films, data }) {
  return html`
    <${Section} title=${title}>
      ${films.length === 0 && html`<p class="hint">${t("none")}</p>`}
      <ol class="pairs">
        ${films.map((film) => html`
          <li key=${`${film.name} ${film.year}`} class="pair">
            <${Poster} url=${film.poster_url} title=${film.name} />
            <div class="pair-text">
              <h3>${film.name} ${film.year && html`<small>${film.year}</small>`}</h3>
              <${Dumbbell} mine=${film.rating} theirs=${film.other_rating} />
              <p class="pair-stars">
                <span class="of-user"><span>${data.user}</span> <${Stars} value=${film.rating} /></span>
                <span class="of-other"><span>${data.other}</span> <${Stars} value=${film.other_rating} /></span>
              </p>
            </div>
          </li>`)}
      </ol>
    <//>`;
}

// Both ratings on a line from half a star to five.
/** @param {{ mine: number, theirs: number }} props */
function Dumbbell({ mine, theirs }) {
  /** @type {(stars: number) => string} */
  const at = (stars) => `${((stars - 0.5) / 4.5) * 100}%`;
  const [low, high] = [Math.min(mine, theirs), Math.max(mine, theirs)];
  return html`
    <div class="dumbbell" aria-hidden="true">
      <span class="dumbbell-gap" style=${{ left: at(low), width: `${((high - low) / 4.5) * 100}%` }}></span>
      <span class="dumbbell-end other" style=${{ left: at(theirs) }}></span>
      <span class="dumbbell-end" style=${{ left: at(mine) }}></span>
    </div>`;
}

/**
 * What the one might show the other: films that only one of them has seen.
 * @param {{ data: Answer<"Comparison"> }} props
 */
export function OnlyOne({ data }) {
  /** @type {[seen: string, unseen: string, entries: Entry[]][]} */
  const lists = [[data.user, data.other, data.only_user], [data.other, data.user, data.only_other]];
  return html`
    <div class="grid two compare-lists">
      ${lists.map(([seen, unseen, entries]) => html`
        <${Section} key=${seen} title=${t("only_seen", { who: seen })} hint=${t("could_show", { who: unseen })}>
          ${entries.length === 0 && html`<p class="hint">${t("none")}</p>`}
          <ul class="films">
            ${entries.map((entry) => html`<li key=${entry.entry_id}><${Film} entry=${entry} /></li>`)}
          </ul>
        <//>`)}
    </div>`;
}
