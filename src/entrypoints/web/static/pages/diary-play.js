// A play in the diary: a row that can be rated, repeated, deleted and opened.

import { html } from "../vendor/preact.js";
import { day, hours, texts, weekdays } from "../lib/i18n.js";
import { Poster, Stars } from "../lib/ui.js";
import words from "../texts/diary.js";

const t = texts(words);

/** @param {string} path */
const icon = (path) => html`
  <svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.75"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${path} /></svg>`;
const AGAIN = "M17 2l4 4-4 4M3 11V9a3 3 0 0 1 3-3h15M7 22l-4-4 4-4M21 13v2a3 3 0 0 1-3 3H3";
const BIN = "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5";

/** @param {{ entry: Play, onRate: (entry: Play, stars: number | null) => void, onAgain: (entry: Play) => void, onRemove: (entry: Play) => void, onOpen: (entry: Play) => void }} props */
export function Play({ entry, onRate, onAgain, onRemove, onOpen }) {
  const { name, year, director, duration, rating, rewatch } = entry;
  const facts = [year, director.join(", "), duration && hours(duration)].filter(Boolean);
  return html`
    <li class="play">
      <${Day} iso=${entry.watched_date} />
      <div class="play-poster"><${Poster} url=${entry.poster_url} title=${name} /></div>
      <div class="play-film">
        <h3><button type="button" class="play-title" aria-label=${t("details", { name })}
          onClick=${() => onOpen(entry)}>${name}</button></h3>
        <p class="film-facts">${facts.join(" · ")}</p>
        ${rewatch && html`<p class="rewatch">${icon(AGAIN)} ${t("rewatch")}</p>`}
      </div>
      <${Stars} value=${rating} label=${t("rate", { name })} onChange=${(/** @type {number | null} */ stars) => onRate(entry, stars)} />
      <div class="play-actions">
        <button type="button" class="icon-button" title=${t("again_short")} aria-label=${t("again", { name })}
          onClick=${() => onAgain(entry)}>${icon(AGAIN)}</button>
        <button type="button" class="icon-button" title=${t("remove_short")} aria-label=${t("remove", { name })}
          onClick=${() => onRemove(entry)}>${icon(BIN)}</button>
      </div>
    </li>`;
}

/** @param {{ iso: string | null }} props */
function Day({ iso }) {
  if (!iso) return html`<span class="play-day"><span class="hidden">${t("no_day")}</span><b aria-hidden="true">–</b></span>`;
  const weekday = weekdays()[(new Date(iso).getUTCDay() + 6) % 7];
  return html`
    <time class="play-day" datetime=${iso}>
      <span class="hidden">${day(iso)}</span>
      <b aria-hidden="true">${Number(iso.slice(8))}</b>
      <small aria-hidden="true">${weekday}</small>
    </time>`;
}
