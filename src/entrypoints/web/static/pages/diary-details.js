// A film's plays and everything that was noted about it, in a dialog.

import { html } from "../vendor/preact.js";
import { read, userPath } from "../lib/api.js";
import { day, hours, inStars, texts } from "../lib/i18n.js";
import { useData } from "../lib/live.js";
import { Dialog, Link, Loading, Poster, Stars, Trouble, pagePath } from "../lib/ui.js";
import words from "../texts/diary.js";

const t = texts(words);

/** @param {{ user: string, entry: Play, position: number, onClose: () => void }} props */
export function Details({ user, entry, position, onClose }) {
  const { data, error, reload } = useData(
    () => read(userPath(user, "movies", entry.entry_id, "history")), [user, entry.entry_id, position],
  );
  const title = entry.year ? t("dialog_year", entry) : entry.name;
  return html`
    <${Dialog} title=${title} onClose=${onClose}>
      <div class="details-film">
        <div class="details-poster"><${Poster} url=${entry.poster_url} title=${entry.name} /></div>
        <dl class="details-facts">
          <${Credits} user=${user} type="director" label=${t("directed_by")} names=${entry.director} />
          <${Credits} user=${user} type="actor" label=${t("with")} names=${entry.actors} />
          <${Credits} user=${user} type="genre" label=${t("genres")} names=${entry.genres} />
          ${entry.duration && html`<div><dt>${t("length")}</dt><dd>${hours(entry.duration)}</dd></div>`}
        </dl>
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
    <//>`;
}

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
  if (new_rating === null) return t("event_unrated", { old: stars(old_rating) });
  if (old_rating === null) return t("event_rated", { new: stars(new_rating) });
  return t("event_rerated", { new: stars(new_rating), old: stars(old_rating) });
}
