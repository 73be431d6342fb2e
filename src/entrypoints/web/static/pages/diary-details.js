// A play in a dialog: its film with all plays and everything that was noted about it, the play
// to be edited, and the film to be put right.

import { html, useState } from "../vendor/preact.js";
import { read, userPath } from "../lib/api.js";
import { day, hours, inStars, texts } from "../lib/i18n.js";
import { useData } from "../lib/live.js";
import { Dialog, Link, Loading, Poster, Stars, Trouble, pagePath } from "../lib/ui.js";
import words from "../texts/diary.js";
import { EditForm } from "./diary-edit.js";
import { Match, titled } from "./diary-match.js";

const t = texts(words);

/**
 * `view` is what it opens with; whatever is done there closes it.
 * @param {{
 *   user: string, entry: Play, position: number, view: DialogView, onClose: () => void, onTwice: (entry: Play) => void,
 *   onSaved: (entry: Play, undo: () => Promise<unknown>) => void,
 *   onMatched: (entry: Play, cause: string | null, film: string | null) => void,
 * }} props
 */
export function PlayDialog({ user, entry, position, view, onClose, onTwice, onSaved, onMatched }) {
  const [shown, setShown] = useState(view);
  const back = () => (view === "film" ? setShown("film") : onClose());
  return html`
    <${Dialog} title=${shown === "match" ? t("match") : titled(entry)} onClose=${onClose}>
      ${shown === "film" && html`
        <${FilmDetails} user=${user} entry=${entry} position=${position}
          onShow=${setShown} onTwice=${() => onTwice(entry)} />`}
      ${shown === "edit" && html`
        <${EditForm} user=${user} entry=${entry} onCancel=${back}
          onSaved=${(/** @type {() => Promise<unknown>} */ undo) => onSaved(entry, undo)} />`}
      ${shown === "match" && html`
        <${Match} user=${user} entry=${entry} onCancel=${back}
          onMatched=${(/** @type {string | null} */ cause, /** @type {string | null} */ film) => onMatched(entry, cause, film)} />`}
    <//>`;
}

/** @param {{ user: string, entry: Play, position: number, onShow: (view: DialogView) => void, onTwice: () => void }} props */
function FilmDetails({ user, entry, position, onShow, onTwice }) {
  const { data, error, reload } = useData(
    () => read(userPath(user, "movies", entry.entry_id, "history")), [user, entry.entry_id, position],
  );
  const { film } = entry;
  const known = film && (film.title !== entry.name || film.year !== entry.year) ? titled({ ...film, name: film.title }) : null;
  return html`
    <div>
      <div class="details-film">
        <div class="details-poster"><${Poster} url=${entry.poster_url} title=${entry.name} /></div>
        <dl class="details-facts">
          <${Credits} user=${user} type="director" label=${t("directed_by")} names=${entry.director} />
          <${Credits} user=${user} type="actor" label=${t("with")} names=${entry.actors} />
          <${Credits} user=${user} type="genre" label=${t("genres")} names=${entry.genres} />
          ${entry.duration && html`<div><dt>${t("length")}</dt><dd>${hours(entry.duration)}</dd></div>`}
          <${Fact} label=${t("listed_as")} value=${known} />
          <${Fact} label=${t("tags")} value=${entry.tags.join(", ")} />
          <${Fact} label=${t("place")} value=${entry.place} />
          <${Fact} label=${t("company")} value=${entry.company} />
          <${PosterOf} url=${entry.poster_url} />
        </dl>
      </div>
      ${entry.review && html`<blockquote class="details-review">${entry.review}</blockquote>`}
      <div class="row details-actions">
        <button type="button" onClick=${() => onShow("edit")}>${t("edit_play")}</button>
        <button type="button" onClick=${() => onShow("match")}>${t("match")}</button>
        ${entry.watched_date && html`<button type="button" onClick=${onTwice}>${t("twice_short")}</button>`}
      </div>
      ${error && html`<${Trouble} error=${error} retry=${reload} />`}
      ${!data && !error && html`<${Loading} />`}
      ${data && html`
        <h3 class="details-title">${t("plays")}</h3>
        <ul class="details-list">
          ${data.plays.toReversed().map((play) => html`
            <li key=${play.entry_id}>
              <span>${play.watched_date ? day(play.watched_date) : t("no_day")}</span>
              <${Stars} value=${play.rating} />
            </li>`)}
        </ul>
        <h3 class="details-title">${t("history")}</h3>
        <p class="hint">${t("history_hint")}</p>
        <ol class="details-list">
          ${data.events.toReversed().map((event, i) => html`
            <li key=${i}><span>${said(event)}</span> <time datetime=${event.at}>${day(event.at.slice(0, 10))}</time></li>`)}
        </ol>`}
    </div>`;
}

// A file of Wikimedia Commons has an author and a licence, which its page there names.
/** @param {{ url: string | null }} props */
function PosterOf({ url }) {
  const [, file] = url?.match(/\/commons\/thumb\/\w\/\w\w\/([^/]+)\//) ?? [];
  return file ? html`
    <div><dt>${t("poster")}</dt>
      <dd><a href=${`https://commons.wikimedia.org/wiki/File:${file}`} rel="noreferrer">Wikimedia Commons</a></dd></div>` : null;
}

/** @param {{ label: string, value: string | null }} props */
const Fact = ({ label, value }) => (value ? html`<div><dt>${label}</dt><dd>${value}</dd></div>` : null);

/** @param {{ user: string, type: string, label: string, names: string[] }} props */
function Credits({ user, type, label, names }) {
  if (!names.length) return null;
  return html`
    <div>
      <dt>${label}</dt>
      <dd>${names.map((name, i) => html`${i ? ", " : ""}<${Link} key=${name} href=${pagePath(user, type, name)}>${name}<//>`)}</dd>
    </div>`;
}

/** @type {(rating: number | null) => string} */
const stars = (rating) => `${inStars(rating)} ★`;

/** @param {Answer<"FilmEvent">} event */
function said({ type, watched_date, old_rating, new_rating }) {
  if (type === "ADD") return watched_date ? t("event_added_day", { day: day(watched_date) }) : t("event_added");
  if (type === "DELETE") return t("event_deleted");
  if (type === "CORRECT") return t("event_corrected");
  if (new_rating === null) return t("event_unrated", { old: stars(old_rating) });
  if (old_rating === null) return t("event_rated", { new: stars(new_rating) });
  return t("event_rerated", { new: stars(new_rating), old: stars(old_rating) });
}
