// Everything that can be said of a diary in a period, at a glance.

import { html } from "../vendor/preact.js";
import { read, userPath } from "../lib/api.js";
import { Bars, RatingHistogram } from "../lib/film-charts.js";
import { day, number, rating, texts, weekdays } from "../lib/i18n.js";
import { useData, useLive } from "../lib/live.js";
import { isOwn } from "../lib/session.js";
import { Empty, Figures, Link, Page, Section, Trouble, navigate, pagePath, useSteps } from "../lib/ui.js";
import { Ask } from "./ask.js";
import { Films, Milestones, Rewatched, TopRated } from "./overview-films.js";
import { Days, Decades, OverTime } from "./overview-time.js";
import { PeriodPicker, overviewPath } from "./overview-period.js";
import { Rankings } from "./overview-rankings.js";
import overviewTexts from "../texts/overview.js";

const t = texts(overviewTexts);

/** @param {PageProps} props */
export default function Overview({ user, query, session }) {
  const period = query.get("period") ?? "all";
  const asOf = query.get("as_of");
  const position = useLive(user);
  const { data, error, loading, reload } = useData(
    () => read(userPath(user, "overview"), { period, as_of: asOf }),
    [user, period, asOf],
    position,
  );
  /** @type {(chosen: string) => void} */
  const choose = (chosen) => navigate(overviewPath(user, chosen, asOf));
  return html`
    <${Page} title=${t("title")}
      actions=${html`<${PeriodPicker} period=${period} years=${data?.years ?? []} onChoose=${choose} />`}>
      <div class="period-said">
        <p class="hint">${data ? saidOf(data.period) : !error && html`<span class="skeleton"></span>`}</p>
        ${asOf && html`<p class="as-of">${t("as_of", { day: day(asOf) })}${" "}
          <${Link} href=${overviewPath(user, period, null)}>${t("today")}<//></p>`}
      </div>
      ${error && html`<${Trouble} error=${error} retry=${reload} />`}
      ${data === null && !error && html`<${Skeleton} />`}
      ${!asOf && isOwn(session, user) && html`<${Ask} user=${user} shown=${data !== null && data.plays > 0} />`}
      ${data !== null && html`
        <div class=${loading && data.period.name !== period ? "busy" : null} aria-busy=${loading}>
          ${data.plays ? html`<${Report} user=${user} data=${data} />` : html`<${Nothing} user=${user} period=${period} />`}
        </div>`}
    <//>`;
}

// What a period is, in a sentence: whether it moves with the days or is of the calendar.
/** @param {Answer<"Period">} period */
const saidOf = ({ kind, from, to }) => t(`what_${kind}`, { from: day(from), to: day(to) });

/** @param {{ user: string, data: Overview }} props */
function Report({ user, data }) {
  const step = useSteps(3);
  return html`
    <${Headline} data=${data} />
    <div class="grid two">
      <${Section} class="card" title=${t("ratings")} hint=${t("ratings_hint")}>
        <${RatingHistogram} distribution=${data.rating_distribution} height=${212} />
      <//>
      <${OverTime} data=${data} />
    </div>
    ${step > 0 && html`
    <${Days} data=${data} />
    <div class="grid two overview-gap">
      <${Section} class="card" title=${t("weekdays")}>
        <${Bars} label=${t("weekdays")} head=${t("weekday")} labels=${weekdays()} values=${data.by_weekday} height=${180} counts=${true} />
      <//>
      <${Decades} byDecade=${data.by_decade} />
    </div>`}
    ${step > 1 && html`
    <${Rankings} user=${user} data=${data} />
    ${data.rated_plays > 0 && html`<${TopRated} entries=${data.top_rated} from=${data.top_rated_from} />`}`}
    ${step > 2 && html`
    <div class="grid two overview-lists">
      <${Section} title=${t("recent")} hint=${html`<${Link} href=${pagePath(user, "diary")}>${t("whole_diary")}<//>`}>
        <${Films} entries=${data.recent.slice(0, 6)} />
      <//>
      <${Section} title=${t("milestones")}><${Milestones} milestones=${data.milestones} /><//>
      ${data.rewatched.length > 0 && html`
        <${Section} title=${t("rewatched")}><${Rewatched} films=${data.rewatched.slice(0, 6)} /><//>`}
      ${data.longest.length > 0 && html`
        <${Section} title=${t("longest")}>
          <${Films} entries=${data.longest} />
        <//>`}
    </div>`}`;
}

// ── Figures ─────────────────────────────────────────────────────────────────

/** @param {{ data: Overview }} props */
function Headline({ data }) {
  const items = [
    { label: t("plays"), value: number(data.plays) },
    { label: t("films"), value: number(data.films) },
    { label: t("hours"), value: number(Math.round(data.minutes / 60)) },
    { label: t("average"), value: rating(data.average_rating), unit: data.average_rating === null ? null : "★" },
  ];
  const facts = /** @type {const} */ ([
    ["rewatches", data.rewatches], ["rated", data.rated_plays], ["undated", data.undated],
  ]).filter(([, n]) => n > 0);
  const { plays, ...known } = data.coverage;
  const lacking = /** @type {const} */ (["length", "credits", "genres"]).filter((key) => known[key] < plays);
  return html`
    <section class="headline" aria-label=${t("figures")}>
      <${Figures} items=${items} />
      <ul class="facts">${facts.map(([key, n]) => html`<li key=${key}>${t(key, { n })}</li>`)}</ul>
      ${lacking.length > 0 && html`
        <ul class="facts coverage" aria-label=${t("coverage")}>${lacking.map((key) => html`
          <li key=${key}>${t(`${key}_known`, { n: number(known[key]), plays: number(plays) })}</li>`)}</ul>`}
    </section>`;
}

// ── States ──────────────────────────────────────────────────────────────────

/** @param {{ user: string, period: string }} props */
function Nothing({ user, period }) {
  if (period !== "all") {
    return html`
      <${Empty} title=${t("nothing")}>
        <p>${t("nothing_text")}</p>
        <p><${Link} class="button" href=${pagePath(user)}>${t("see_all")}<//></p>
      <//>`;
  }
  return html`
    <${Empty} title=${t("empty")}>
      <p>${t("empty_text")}</p>
      <ol class="steps">
        <li><${Link} href=${pagePath(user, "import")}>${t("empty_import")}<//> ${t("empty_import_text")}</li>
        <li><${Link} href=${pagePath(user, "diary")}>${t("empty_add")}<//> ${t("empty_add_text")}</li>
        <li>${t("empty_demo")} ${around(t("empty_demo_text", { command: "\u0000" }))}${" "}
          <${Link} href=${pagePath("demo")}>${t("empty_demo_link")}<//>.</li>
      </ol>
    <//>`;
}

// A text with the demo's command where its mark stands.
/** @param {string} text */
function around(text) {
  const [before, after] = text.split("\u0000");
  return html`${before}<code>cinestats demo</code>${after}`;
}

// As tall as what comes, so that nothing jumps.
const Skeleton = () => html`
  <div class="overview-skeleton" role="status" aria-label=${t("title")}>
    <div class="figures">${[1, 2, 3, 4].map((i) => html`<span key=${i} class="skeleton"></span>`)}</div>
    <div class="grid two">${[1, 2].map((i) => html`<div key=${i} class="card"><span class="skeleton"></span></div>`)}</div>
    <div class="card wide"><span class="skeleton"></span></div>
  </div>`;
