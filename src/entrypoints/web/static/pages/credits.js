// A director, an actor or a genre: the figures, and every play behind them.

import { html, useState } from "../vendor/preact.js";
import { read, userPath } from "../lib/api.js";
import { Bars, RatingHistogram, folded } from "../lib/film-charts.js";
import { day, number, rating, texts } from "../lib/i18n.js";
import { useData, useLive } from "../lib/live.js";
import { Empty, Figures, Film, Link, Loading, Page, Section, Trouble, pagePath } from "../lib/ui.js";
import words from "../texts/credits.js";

const t = texts(words);
const CHART_HEIGHT = 220;
const FIRST_ENTRIES = 60;

/** @param {PageProps} props */
export default function Credits({ user, params }) {
  const { name } = params;
  const type = /** @type {CreditType} */ (params.type);
  const position = useLive(user);
  const { data, error, reload } = useData(
    () => read(userPath(user, "credits", type, name)), [user, type, name, position],
  );
  if (error?.status === 404) {
    return html`
      <${Page} title=${name}>
        <${Empty} title=${t("lost")}>
          <p>${t("lost_text", { name })}</p>
          <p><${Link} class="button" href=${pagePath(user, "diary")}>${t("to_diary")}<//></p>
        <//>
      <//>`;
  }
  return html`
    <${Page} title=${data?.name ?? name}>
      <p class="credits-type">${t(type)}${" "}${data && html`<span class="hint">${span(data)}</span>`}</p>
      ${error && html`<${Trouble} error=${error} retry=${reload} />`}
      ${!data && !error && html`<${Loading} lines=${7} />`}
      ${data && html`
        <${Headline} data=${data} />
        <div class="grid two credits-charts">
          <${Years} data=${data} />
          <${Ratings} data=${data} />
        </div>
        <${Together} user=${user} data=${data} />
        <${Entries} entries=${data.entries} />`}
    <//>`;
}

/** @param {Answer<"Credit">} credit */
function span({ first_watched: first, last_watched: last }) {
  if (!first) return t("span_undated");
  return first === last ? t("span_once", { first: day(first) }) : t("span", { first: day(first), last: day(last) });
}

/** @param {{ data: Answer<"Credit"> }} props */
function Headline({ data }) {
  const rated = data.mean === null ? undefined : "★";
  return html`
    <${Figures} items=${[
      { label: t("plays"), value: number(data.plays) },
      { label: t("films"), value: number(data.films) },
      { label: t("hours"), value: number(Math.round(data.minutes / 60)) },
      { label: t("mean"), value: rating(data.mean), unit: rated },
      { label: t("shrunk_mean"), value: rating(data.shrunk_mean), unit: rated },
    ]} />
    ${rated && html`<p class="hint credits-note">${t("shrunk_hint")}</p>`}`;
}

const EMPTY_YEARS = 2; // so many in a row, or more, are drawn as one

/** @param {{ data: Answer<"Credit"> }} props */
function Years({ data }) {
  const years = Object.keys(data.by_year).map(Number);
  const first = Math.min(...years);
  const all = years.length ? Array.from({ length: Math.max(...years) - first + 1 }, (_, i) => String(first + i)) : [];
  const bars = folded(all, all.map((year) => data.by_year[year] ?? 0), EMPTY_YEARS);
  return html`
    <${Section} class="card" title=${t("by_year")}>
      ${all.length
        ? html`<${Bars} label=${t("by_year_label", data)} head=${t("year")} labels=${bars.labels}
            values=${bars.values} height=${CHART_HEIGHT} />`
        : html`<p class="hint">${t("no_years")}</p>`}
    <//>`;
}

/** @param {{ data: Answer<"Credit"> }} props */
function Ratings({ data }) {
  return html`
    <${Section} class="card" title=${t("ratings")}>
      ${data.rated
        ? html`<${RatingHistogram} distribution=${data.rating_distribution} height=${CHART_HEIGHT} />`
        : html`<p class="hint">${t("no_ratings")}</p>`}
    <//>`;
}

/** @param {{ user: string, data: Answer<"Credit"> }} props */
function Together({ user, data }) {
  const kinds = /** @type {const} */ ([["director", "directors"], ["actor", "actors"], ["genre", "genres"]])
    .filter(([, key]) => data.with[key].length);
  if (!kinds.length) return null;
  return html`
    <${Section} title=${t("with")}>
      <div class=${`grid ${kinds.length === 2 ? "two" : "three"}`}>
        ${kinds.map(([type, key]) => html`
          <div key=${key} class="together">
            <h3>${t(`with_${key}`)}</h3>
            <ul>
              ${data.with[key].map(({ name, plays }) => html`
                <li key=${name}>
                  <${Link} href=${pagePath(user, type, name)}>${name}<//><span>${number(plays)}</span>
                </li>`)}
            </ul>
          </div>`)}
      </div>
    <//>`;
}

/** @param {{ entries: Entry[] }} props */
function Entries({ entries }) {
  const [all, setAll] = useState(false);
  const shown = all ? entries : entries.slice(0, FIRST_ENTRIES);
  return html`
    <${Section} title=${t("entries")} hint=${t("entries_hint", { n: entries.length })}>
      <ul class="films credits-films">
        ${shown.map((entry) => html`
          <li key=${entry.entry_id}>
            <${Film} entry=${entry} extra=${entry.watched_date ? null : t("undated")} />
          </li>`)}
      </ul>
      ${shown.length < entries.length && html`
        <p class="diary-more"><button type="button" onClick=${() => setAll(true)}>
          ${t("more", { n: entries.length })}</button></p>`}
    <//>`;
}
