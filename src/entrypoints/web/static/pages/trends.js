// Trends: what everybody here added in the last days, and how that moved in a week.

import { html, useEffect, useState } from "../vendor/preact.js";
import { read } from "../lib/api.js";
import { day, language, number, texts } from "../lib/i18n.js";
import { useData, useLive } from "../lib/live.js";
import { Empty, Link, Loading, Page, Poster, Section, Trouble, pagePath } from "../lib/ui.js";
import words from "../texts/trends.js";
import { zoneName } from "./today.js";

const t = texts(words);
const LOOK_AGAIN_MS = 20_000; // trends are worked out every two minutes
const NOT_YET = 503;
const DAY_MS = 86_400_000;

/** @param {PageProps} props */
export default function Trends({ user }) {
  const position = useLive(user);
  const tick = useTick();
  const { data, error, reload } = useData(() => read("/trends"), [position, tick]);
  const waiting = error?.status === NOT_YET && !data;
  return html`
    <${Page} title=${t("title")}>
      ${data && html`<${Window} data=${data} />`}
      ${error && !waiting && html`<${Trouble} error=${error} retry=${reload} />`}
      ${waiting && html`<p role="status">${t("not_yet")}</p>`}
      ${!data && (waiting || !error) && html`<${Loading} lines=${8} />`}
      ${data && (data.movements.length
        ? html`<${Films} data=${data} /><${Genres} genres=${data.genre_movements} />`
        : html`
          <${Empty} title=${t("nothing")}>
            <p>${t("nothing_text", { n: data.window_days })}</p>
            <p><${Link} class="button primary" href=${pagePath(user, "diary")}>${t("add")}<//></p>
          <//>`)}
    <//>`;
}

// Counts up while the page is looked at.
function useTick() {
  const [tick, setTick] = useState(0);
  useEffect(() => {
    const look = () => document.hidden || setTick((n) => n + 1);
    const timer = setInterval(look, LOOK_AGAIN_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return tick;
}

// ── The window ──────────────────────────────────────────────────────────────

/** @param {{ data: Answer<"Trends"> }} props */
function Window({ data }) {
  const last = data.updated_at.slice(0, 10); // in the server's zone, as its days are
  const first = new Date(Date.parse(last) - (data.window_days - 1) * DAY_MS).toISOString();
  return html`
    <div class="trends-window">
      <p>${t("window", { n: data.window_days, first: day(first.slice(0, 10)), last: day(last) })}</p>
      <p class="hint">${t("rolls", { n: data.window_days })}
        ${" "}<time datetime=${data.updated_at}>${t("updated", { at: clock(data.updated_at), zone: zoneName() })}</time></p>
    </div>`;
}

/** @type {(iso: string) => string} */
const clock = (iso) =>
  new Intl.DateTimeFormat(language() === "it" ? "it-IT" : "en-GB", {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: zoneName(),
  }).format(new Date(iso));

// ── Films ───────────────────────────────────────────────────────────────────

/** @param {{ data: Answer<"Trends"> }} props */
function Films({ data }) {
  // All films are asked, as the list may end among those that share a place.
  const counts = Object.values(data.movie_counts ?? {});
  /** @type {(count: number) => number} */
  const sharing = (count) => counts.filter((each) => each === count).length - 1;
  return html`
    <${Section} title=${t("films")} hint=${t("since_hint")}>
      <ol class="top-films">
        ${data.movements.map((film, i) => html`
          <li key=${`${film.name} ${film.year}`} class="top-film">
            <${Poster} url=${data.top_movies[i].poster_url} title=${film.name} />
            <b class="top-rank" aria-hidden="true">${film.rank}</b>
            <div class="top-text">
              <h3>${film.name}</h3>
              <p class="hint">${[film.year, t("plays", { n: film.count })].filter(Boolean).join(" · ")}</p>
              <${Movement} film=${film} sharing=${sharing(film.count)} />
            </div>
          </li>`)}
      </ol>
    <//>`;
}

const ARROWS = { up: "▲", down: "▼", same: "=", new: "✦" };

// Films with as many plays share a place: none of them has gained or lost it alone.
/** @param {{ film: Answer<"Movement">, sharing: number }} props */
function Movement({ film: { rank, previous_rank: before }, sharing }) {
  if (sharing > 0 && before !== null) return html`<p class="movement same">${t("shared", { n: sharing })}</p>`;
  const way = before === null ? "new" : before > rank ? "up" : before < rank ? "down" : "same";
  const places = Math.abs((before ?? rank) - rank);
  const said = way === "same" || way === "new" ? t(`said_${way}`) : t(`said_${way}`, { n: places, before });
  return html`
    <p class=${`movement ${way}`}>
      <span aria-hidden="true"><i>${ARROWS[way]}</i> ${way === "new" || way === "same" ? t(`short_${way}`) : places}</span>
      <span class="hidden">${said}</span>
    </p>`;
}

// ── Genres ──────────────────────────────────────────────────────────────────

/** @param {{ genres: Answer<"GenreMovement">[] }} props */
function Genres({ genres }) {
  const most = Math.max(...genres.flatMap(({ count, previous_count: before }) => [count, before]), 1);
  /** @type {(n: number) => object} */
  const wide = (n) => ({ width: `${(100 * n) / most}%` });
  return html`
    <${Section} class="card genres-card" title=${t("genres")}
      hint=${html`<span class="genre-key now" aria-hidden="true"></span>${t("now")}
        <span class="genre-key before" aria-hidden="true"></span>${t("before")}`}>
      <table class="genre-table">
        <caption class="hidden">${t("genres_caption")}</caption>
        <thead class="hidden"><tr>
          <th scope="col">${t("genre")}</th><td></td><th scope="col">${t("now")}</th><th scope="col">${t("change")}</th>
        </tr></thead>
        <tbody>
          ${genres.map(({ genre, count, previous_count: before }) => html`
            <tr key=${genre}>
              <th scope="row">${genre}</th>
              <td class="genre-bars" aria-hidden="true">
                <span class="genre-now" style=${wide(count)}></span>
                <span class="genre-before" style=${wide(before)}></span>
              </td>
              <td>${number(count)}</td>
              <td><${Change} by=${count - before} /></td>
            </tr>`)}
        </tbody>
      </table>
    <//>`;
}

/** @param {{ by: number }} props */
function Change({ by }) {
  if (by === 0) return html`<span class="genre-change">${t("no_change")}</span>`;
  return html`
    <span class=${`genre-change ${by > 0 ? "up" : "down"}`}>
      <span aria-hidden="true">${by > 0 ? "+" : "−"}${number(Math.abs(by))}</span>
      <span class="hidden">${t(by > 0 ? "more" : "fewer", { n: Math.abs(by) })}</span>
    </span>`;
}
