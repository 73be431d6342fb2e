// When films were watched, and when they were made.

import { html, useState } from "../vendor/preact.js";
import { Bars, Calendar, folded } from "../lib/film-charts.js";
import { day, language, texts } from "../lib/i18n.js";
import { Section, Tabs } from "../lib/ui.js";
import overviewTexts from "../texts/overview.js";

const t = texts(overviewTexts);

const SHORT_DAYS = 92; // up to this span single days are told apart
const EMPTY_MONTHS = 12; // so many in a row, or more, are drawn as one
const EMPTY_YEARS = 2;
const DAY_MS = 86_400_000;
/** @type {(moment: number) => string} */
const isoDay = (moment) => new Date(moment).toISOString().slice(0, 10);

// Every month or day from the first to the last, also those without a play.
/** @type {(first: string, last: string) => string[]} */
function monthsBetween(first, last) {
  const months = [];
  let [year, n] = first.split("-").map(Number);
  for (let iso = first; iso <= last; iso = `${year}-${String(n).padStart(2, "0")}`) {
    months.push(iso);
    [year, n] = n === 12 ? [year + 1, 1] : [year, n + 1];
  }
  return months;
}

/** @type {(first: string, last: string) => string[]} */
function daysBetween(first, last) {
  const days = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += DAY_MS) days.push(isoDay(at));
  return days;
}

// The views that make sense for a period: {id, head, labels, values}, the best one first.
/**
 * @param {Overview} overview
 * @returns {View[]}
 */
function viewsOf({ period, by_month, by_year, by_day }) {
  const { from, to } = period;
  /** @type {View[]} */
  const views = [];
  if (from && to && (Date.parse(to) - Date.parse(from)) / DAY_MS < SHORT_DAYS) {
    const days = daysBetween(from, to);
    const short = new Intl.DateTimeFormat(language(), { day: "numeric", month: "short", timeZone: "UTC" });
    views.push({ id: "day", head: t("day"), labels: days.map((iso) => short.format(new Date(iso))), values: days.map((iso) => by_day[iso] ?? 0) });
    return views;
  }
  const played = Object.keys(by_month).sort();
  if (!played.length) return views;
  const months = monthsBetween(from?.slice(0, 7) ?? played[0], to?.slice(0, 7) ?? played[played.length - 1]);
  const short = new Intl.DateTimeFormat(language(), { month: "short", year: "numeric", timeZone: "UTC" });
  views.push({ id: "month", head: t("month"), ...folded(
    months.map((iso) => short.format(new Date(`${iso}-01`))), months.map((iso) => by_month[iso] ?? 0), EMPTY_MONTHS) });
  const years = Object.keys(by_year).map(Number);
  if (years.length > 1) {
    const all = Array.from({ length: Math.max(...years) - Math.min(...years) + 1 }, (_, i) => Math.min(...years) + i);
    views.push({ id: "year", head: t("year"), ...folded(all.map(String), all.map((year) => by_year[year] ?? 0), EMPTY_YEARS) });
  }
  return views;
}

/**
 * Plays by day, month or year.
 * @param {{ data: Overview }} props
 */
export function OverTime({ data }) {
  const [chosen, setChosen] = useState("month");
  const views = viewsOf(data);
  if (!views.length) return null;
  const view = views.find(({ id }) => id === chosen) ?? views[0];
  const bars = html`<${Bars} label=${t("over_time")} head=${view.head} labels=${view.labels} values=${view.values} height=${212} />`;
  return html`
    <section class="section card with-tabs" aria-label=${t("over_time")}>
      <h2>${t("over_time")}</h2>
      ${views.length > 1
        ? html`<${Tabs} label=${t("over_time")} items=${views.map(({ id }) => ({ id, label: t(`by_${id}`) }))}
            selected=${view.id} onSelect=${setChosen}>${bars}<//>`
        : bars}
    </section>`;
}

/**
 * A calendar of one year at a time, with the streaks.
 * @param {{ data: Overview }} props
 */
export function Days({ data }) {
  const years = [...new Set(Object.keys(data.by_day).map((iso) => Number(iso.slice(0, 4))))].sort((a, b) => a - b);
  const [chosen, setChosen] = useState(0);
  if (!years.length) return null;
  const year = years.includes(chosen) ? chosen : years[years.length - 1];
  const at = years.indexOf(year);
  const { longest_days, longest_end, latest_days, latest_end } = data.streaks;
  return html`
    <section class="section card days" aria-label=${t("calendar")}>
      <header class="section-head">
        <h2>${t("calendar")}</h2>
        <div class="stepper">
          <button type="button" class="icon-button" aria-label=${t("earlier")} disabled=${at === 0} onClick=${() => setChosen(years[at - 1])}>‹</button>
          <b aria-live="polite">${year}</b>
          <button type="button" class="icon-button" aria-label=${t("later")} disabled=${at === years.length - 1} onClick=${() => setChosen(years[at + 1])}>›</button>
        </div>
      </header>
      <${Calendar} year=${year} byDay=${data.by_day} streaks=${data.streaks} />
      ${longest_days > 0 && html`
        <p class="hint streaks">
          <span class="rim">${t("streak", { days: t("days", { n: longest_days }), end: day(longest_end) })}</span>
          ${latest_end !== longest_end && html`<span>${t("streak_now", { days: t("days", { n: latest_days }), end: day(latest_end) })}</span>`}
        </p>`}
    </section>`;
}

/**
 * Plays by the films' decade.
 * @param {{ byDecade: Record<string, number> }} props
 */
export function Decades({ byDecade }) {
  const known = Object.keys(byDecade).map(Number);
  if (!known.length) return null;
  const first = Math.min(...known);
  const decades = Array.from({ length: (Math.max(...known) - first) / 10 + 1 }, (_, i) => first + 10 * i);
  const bars = folded(decades.map((year) => t("decade_name", { year })), decades.map((year) => byDecade[year] ?? 0), EMPTY_YEARS);
  return html`
    <${Section} class="card" title=${t("decades")}>
      <${Bars} label=${t("decades")} head=${t("decade")} labels=${bars.labels}
        values=${bars.values} height=${180} counts=${true} />
    <//>`;
}
