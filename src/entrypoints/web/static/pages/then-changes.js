// What was added, deleted and rated since a day, page by page.

import { html, useState } from "../vendor/preact.js";
import { read, userPath } from "../lib/api.js";
import { day, inStars, texts } from "../lib/i18n.js";
import { useData } from "../lib/live.js";
import { Loading, Poster, Section, Trouble } from "../lib/ui.js";
import words from "../texts/then.js";

const t = texts(words);
const PAGE = 20;
/** @type {(rating: number | null) => string} */
const stars = (rating) => `${inStars(rating)} ★`;

/** @typedef {{ items: Answer<"Change">[], cursor: string | null, error: Failure | null }} Older */
/** @param {{ user: string, since: string, position: number }} props */
export function Changes({ user, since, position }) {
  const path = userPath(user, "changes");
  const [older, setOlder] = useState(/** @type {Older} */ ({ items: [], cursor: null, error: null }));
  // A change puts the first page in order anew, and with it all that follows.
  const { data, error, reload } = useData(async () => {
    const first = await read(path, { since, limit: PAGE });
    setOlder({ items: [], cursor: first.next_cursor, error: null });
    return first;
  }, [user, since, position]);
  const more = async () => {
    try {
      const page = await read(path, { since, limit: PAGE, cursor: older.cursor });
      setOlder({ items: [...older.items, ...page.items], cursor: page.next_cursor, error: null });
    } catch (problem) {
      setOlder({ ...older, error: /** @type {Failure} */ (problem) });
    }
  };
  const counts = data && /** @type {const} */ (["added", "deleted", "rated", "corrected"]).filter((key) => data[key])
    .map((key) => t(`count_${key}`, { n: data[key] })).join(" · ");
  return html`
    <${Section} title=${t("since")} hint=${counts || t("since_hint")}>
      ${error && html`<${Trouble} error=${error} retry=${reload} />`}
      ${!data && !error && html`<${Loading} />`}
      ${data?.items.length === 0 && html`<p class="hint">${t("since_none", { day: day(since) })}</p>`}
      <ol class="changes">
        ${data && [...data.items, ...older.items].map((change, i) => html`<${Change} key=${i} change=${change} />`)}
      </ol>
      ${older.error && html`<${Trouble} error=${older.error} retry=${more} />`}
      ${older.cursor && html`<p class="diary-more"><button type="button" onClick=${more}>${t("more")}</button></p>`}
    <//>`;
}

/** @param {{ change: Answer<"Change"> }} props */
function Change({ change }) {
  const { at, type, entry } = change;
  const facts = [entry.year, entry.watched_date && t("watched", { day: day(entry.watched_date) })];
  return html`
    <li class="change">
      <div class="change-poster"><${Poster} url=${entry.poster_url} title=${entry.name} /></div>
      <div>
        <h3 class="film-title">${entry.name}</h3>
        <p class="film-facts">${facts.filter(Boolean).join(" · ")}</p>
      </div>
      <p class="change-what"><span class=${`outcome ${type}`}>${said(change)}</span>
        <time datetime=${at}>${day(at.slice(0, 10))}</time></p>
    </li>`;
}

/** @param {Answer<"Change">} change */
function said({ type, old_rating, new_rating }) {
  if (type === "ADD") return t("added");
  if (type === "DELETE") return t("deleted");
  if (type === "CORRECT") return t("corrected");
  if (new_rating === null) return t("unrated", { old: stars(old_rating) });
  if (old_rating === null) return t("rated_first", { new: stars(new_rating) });
  return t("rated", { new: stars(new_rating), old: stars(old_rating) });
}
