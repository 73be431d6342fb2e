// A year in review: one page to share or to print.

import { html, useEffect } from "../vendor/preact.js";
import { read, userPath } from "../lib/api.js";
import { printDrawn } from "../lib/chart.js";
import { Bars, Calendar } from "../lib/film-charts.js";
import { day, inStars, month, monthNames, number, rating, texts } from "../lib/i18n.js";
import { useData, useLive } from "../lib/live.js";
import { Empty, Figures, Link, Loading, Page, Section, Trouble, navigate, pagePath, toast, useSteps } from "../lib/ui.js";
import { isOwn } from "../lib/session.js";
import { PosterCard } from "./overview-films.js";
import { today } from "./today.js";
import yearTexts from "../texts/year.js";

const t = texts(yearTexts);
const BEST = 6;
const PEOPLE = 5;

/** @param {PageProps} props */
export default function Year({ user, params, session }) {
  const thisYear = Number(today().slice(0, 4));
  const year = Number(params.year ?? thisYear);
  const position = useLive(user);
  const { data, error, reload } = useData(
    () => read(userPath(user, "overview"), { period: year }),
    [user, year],
    position,
  );
  const elsewhere = data !== null && !params.year && !data.plays && data.years.length > 0;
  useEffect(() => { // without a year in the address: the latest that has something
    if (elsewhere) navigate(pagePath(user, "year", data.years[0]), { replace: true });
  }, [elsewhere]);
  return html`
    <div class="year">
      <${Page} title=${t("title", { year })}
        actions=${html`<${Years} user=${user} year=${year} years=${data?.years ?? []} /><${Share} user=${user} own=${isOwn(session, user)} title=${t("title", { year })} />`}>
        <p class="year-whose">${t("whose", { user })}${year === thisYear && data?.plays
          ? ` · ${t("so_far", { day: day(data.recent[0].watched_date) })}` : ""}</p>
        ${error && html`<${Trouble} error=${error} retry=${reload} />`}
        ${data === null && !error && html`<${Loading} lines=${8} />`}
        ${data !== null && (data.plays
          ? html`<${Review} user=${user} year=${year} data=${data} />`
          : html`<${Empty} title=${t("empty", { year })}>
              <p>${t("empty_text")}</p>
              <p><${Link} class="button" href=${pagePath(user, "diary")}>${t("to_diary")}<//></p>
            <//>`)}
      <//>
    </div>`;
}

/** @param {{ user: string, year: number, years: number[] }} props */
function Years({ user, year, years }) {
  const known = [...new Set([...years, year])].sort((a, b) => b - a);
  const at = known.indexOf(year);
  /** @type {(to: number, text: "earlier" | "later", sign: string) => Child} */
  const step = (to, text, sign) => (known[to] === undefined
    ? html`<span class="button quiet" aria-hidden="true">${sign}</span>`
    : html`<${Link} class="button quiet" aria-label=${t(text, { year: known[to] })} href=${pagePath(user, "year", known[to])}>${sign}<//>`);
  return html`
    ${step(at + 1, "earlier", "‹")}
    <select aria-label=${t("choose")} value=${year} onChange=${(event) => navigate(pagePath(user, "year", event.currentTarget.value))}>
      ${known.map((one) => html`<option key=${one} value=${one}>${one}</option>`)}
    </select>
    ${step(at - 1, "later", "›")}`;
}

const THIS_COMPUTER = ["localhost", "127.0.0.1", "[::1]"];

// The address is that by which others may read the diary, where there is one. Where there is
// none, the reader is told.
/** @param {{ user: string, own: boolean, title: string }} props */
function Share({ user, own, title }) {
  const { data: settings } = useData(async () => (own ? read(userPath(user, "settings")) : null), [user, own]);
  const tell = () => {
    if (THIS_COMPUTER.includes(location.hostname)) toast(t("shared_here"));
    else if (settings?.privacy === "private") {
      toast(t("shared_private"), { action: t("to_settings"), onAction: () => navigate(pagePath(user, "settings")) });
    }
  };
  const share = async () => {
    const secret = settings?.link?.split("?")[1];
    const url = secret ? `${location.origin}${location.pathname}?${secret}` : location.href;
    if (navigator.share) {
      try {
        await navigator.share({ title, url });
        tell();
      } catch (error) {
        if (/** @type {Failure} */ (error).name !== "AbortError") throw error; // the reader thought better of it
      }
      return;
    }
    try {
      await navigator.clipboard.writeText(url);
      toast(t("copied"));
      tell();
    } catch {
      toast(t("not_copied"));
    }
  };
  return html`
    <button type="button" onClick=${share}>${t("share")}</button>
    <button type="button" class="primary" onClick=${printDrawn}>${t("print")}</button>`;
}

/** @param {{ user: string, year: number, data: Overview }} props */
function Review({ user, year, data }) {
  const step = useSteps(2);
  const facts = [
    data.rewatches > 0 && t("rewatches", { n: data.rewatches }),
    t("days_of_film", { n: Math.round(data.minutes / 60 / 24) }),
  ].filter(Boolean);
  const counts = monthNames().map((_, i) => data.by_month[`${year}-${String(i + 1).padStart(2, "0")}`] ?? 0);
  return html`
    <section class="year-figures" aria-label=${t("figures")}>
      <${Figures} items=${[
        { label: t("plays"), value: number(data.plays) },
        { label: t("films"), value: number(data.films) },
        { label: t("hours"), value: number(Math.round(data.minutes / 60)) },
        { label: t("average"), value: rating(data.average_rating), unit: data.average_rating === null ? null : "★" },
      ]} />
      <ul class="facts">${facts.map((fact) => html`<li key=${fact}>${fact}</li>`)}</ul>
    </section>
    ${data.rated_plays > 0 && html`<${Best} entries=${data.top_rated.slice(0, BEST)} from=${data.top_rated_from} />`}
    ${step > 0 && html`
    <div class="grid two year-pair">
      <${Section} class="card" title=${t("months")}>
        <${Bars} label=${t("months")} head=${t("month")} labels=${monthNames()} values=${counts} height=${190} counts=${true} />
      <//>
      <${Moments} year=${year} data=${data} />
    </div>
    <${Section} class="card year-days" title=${t("calendar")} hint=${t("streak", { n: data.streaks.longest_days })}>
      <${Calendar} year=${year} byDay=${data.by_day} streaks=${data.streaks} />
    <//>`}
    ${step > 1 && html`
    <${People} user=${user} data=${data} />
    <p class="year-signed" aria-hidden="true"><img src="/static/icon.svg" alt="" width="20" height="20" />${t("signed")}</p>`}`;
}

/** @param {{ entries: Entry[], from: number }} props */
const Best = ({ entries, from }) => html`
  <${Section} class="year-best" title=${t("best")} hint=${entries.length > 0 && t("best_hint", { stars: inStars(from) })}>
    ${entries.length > 0
      ? html`<ol>${entries.map((entry) => html`<${PosterCard} key=${entry.entry_id} entry=${entry} />`)}</ol>`
      : html`<p class="hint">${t("best_none", { stars: inStars(from) })}</p>`}
  <//>`;

// The first key with the greatest count.
/** @type {(counts: Record<string, number>) => [string, number]} */
const busiest = (counts) => Object.entries(counts).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0];

/** @param {{ data: Overview }} props */
function Moments({ data }) {
  const first = data.milestones[0].entry;
  const last = data.recent[0];
  const [fullDay, onDay] = busiest(data.by_day);
  const [fullMonth, inMonth] = busiest(data.by_month);
  const moments = [
    { label: t("first"), value: first.name, more: day(first.watched_date) },
    { label: t("last"), value: last.name, more: day(last.watched_date) },
    { label: t("busiest_day"), value: day(fullDay), more: t("n_plays", { n: onDay }) },
    { label: t("busiest_month"), value: month(fullMonth), more: t("n_plays", { n: inMonth }) },
  ];
  return html`
    <dl class="moments card section">
      ${moments.map(({ label, value, more }) => html`
        <div key=${label}><dt>${label}</dt><dd>${value}</dd><dd class="hint">${more}</dd></div>`)}
    </dl>`;
}

/** @param {{ user: string, data: Overview }} props */
const People = ({ user, data }) => html`
  <${Section} class="year-people" title=${t("people")}>
    <div class="grid three">
      ${/** @type {const} */ (["director", "actor", "genre"]).map((type) => html`
        <div key=${type}>
          <h3 class="eyebrow">${t(type)}</h3>
          <ol>
            ${data[`${type}s`].by_plays.slice(0, PEOPLE).map((item) => html`
              <li key=${item.name}>
                <${Link} href=${pagePath(user, type, item.name)}>${item.name}<//>
                <span>${t("n_plays", { n: item.plays })}</span>
              </li>`)}
          </ol>
        </div>`)}
    </div>
  <//>`;
