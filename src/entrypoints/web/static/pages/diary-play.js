// A play in the diary: a row that can be rated, repeated, deleted, opened and selected.

import { html } from "../vendor/preact.js";
import { day, hours, texts, weekdays } from "../lib/i18n.js";
import { Poster, Stars } from "../lib/ui.js";
import words from "../texts/diary.js";

const t = texts(words);
const MOST_TAGS = 3;

/** @param {{ path: string, filled?: boolean }} props */
const Icon = ({ path, filled = false }) => html`
  <svg viewBox="0 0 24 24" width="18" height="18" fill=${filled ? "currentColor" : "none"} stroke="currentColor"
    stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${path} /></svg>`;
const AGAIN = "M17 2l4 4-4 4M3 11V9a3 3 0 0 1 3-3h15M7 22l-4-4 4-4M21 13v2a3 3 0 0 1-3 3H3";
const BIN = "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5";
const HEART = "M12 20S4 15 4 9.2A4.2 4.2 0 0 1 12 7a4.2 4.2 0 0 1 8 2.2C20 15 12 20 12 20z";
const PENCIL = "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3";

/**
 * `onSelect` is there while plays are being selected; the event tells of the shift key.
 * @param {{
 *   entry: Play, selected: boolean, onSelect?: (entry: Play, event: MouseEvent) => void,
 *   onRate: (entry: Play, stars: number | null) => void, onAgain: (entry: Play) => void,
 *   onRemove: (entry: Play) => void, onOpen: (entry: Play, view: DialogView) => void,
 * }} props
 */
export function Play({ entry, selected, onSelect, onRate, onAgain, onRemove, onOpen }) {
  const { name, year, director, duration, rating } = entry;
  const facts = [year, director.join(", "), duration && hours(duration)].filter(Boolean);
  return html`
    <li class=${`play${onSelect ? " selecting" : ""}${selected ? " selected" : ""}`}>
      ${onSelect && html`
        <label class="play-select"><span class="hidden">${t("select", { name, day: day(entry.watched_date) })}</span>
          <input type="checkbox" checked=${selected}
            onClick=${(/** @type {MouseEvent} */ event) => onSelect(entry, event)} /></label>`}
      <${Day} iso=${entry.watched_date} />
      <div class="play-poster"><${Poster} url=${entry.poster_url} title=${name} /></div>
      <div class="play-film">
        <h3><button type="button" class="play-title" aria-label=${t("details", { name })}
          onClick=${() => onOpen(entry, "film")}>${name}</button></h3>
        <p class="film-facts">${facts.join(" · ")}</p>
        <${Marks} entry=${entry} onOpen=${onOpen} />
      </div>
      <${Stars} value=${rating} label=${t("rate", { name })} onChange=${(/** @type {number | null} */ stars) => onRate(entry, stars)} />
      <div class="play-actions">
        <button type="button" class="icon-button play-edit" title=${t("edit_short")} aria-label=${t("edit", { name })}
          onClick=${() => onOpen(entry, "edit")}><${Icon} path=${PENCIL} /></button>
        <button type="button" class="icon-button" title=${t("again_short")} aria-label=${t("again", { name })}
          onClick=${() => onAgain(entry)}><${Icon} path=${AGAIN} /></button>
        <button type="button" class="icon-button" title=${t("remove_short")} aria-label=${t("remove", { name })}
          onClick=${() => onRemove(entry)}><${Icon} path=${BIN} /></button>
      </div>
    </li>`;
}

// What was said of the play, in a line: each mark has a word for it.
/** @param {{ entry: Play, onOpen: (entry: Play, view: DialogView) => void }} props */
function Marks({ entry, onOpen }) {
  const { rewatch, liked, tags, review, suggestion } = entry;
  if (!rewatch && !liked && !tags.length && !review && !suggestion) return null;
  const more = tags.length - MOST_TAGS;
  return html`
    <ul class="marks">
      ${rewatch && html`<li class="rewatch"><${Icon} path=${AGAIN} /> ${t("rewatch")}</li>`}
      ${liked && html`<li class="liked"><${Icon} path=${HEART} filled=${true} /> ${t("liked")}</li>`}
      ${review && html`<li>${t("review_mark")}</li>`}
      ${tags.slice(0, MOST_TAGS).map((tag) => html`<li key=${tag} class="tag">${tag}</li>`)}
      ${more > 0 && html`<li title=${tags.join(", ")}>${t("more_tags", { n: more })}</li>`}
      ${suggestion && html`
        <li><button type="button" class="doubt" aria-label=${t("doubt_of", { name: entry.name })}
          onClick=${() => onOpen(entry, "match")}>${t("doubt")}</button></li>`}
    </ul>`;
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
