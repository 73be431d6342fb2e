// The charts of a diary's figures, which several pages show.

import { html, useEffect, useMemo, useRef } from "../vendor/preact.js";
import { Chart } from "./chart.js";
import { day, inStars, language, monthNames, number, texts, weekdays } from "./i18n.js";

const t = texts({
  en: {
    ratings: "Plays by rating", stars: "Stars", plays: "Plays", day: "Day",
    plays_n_one: "{n} play", plays_n_other: "{n} plays",
    calendar: "Plays on each day of {year}",
    in_streak: "in your longest run of days",
    scale: "Plays a day:", span: "{first} – {last}",
  },
  it: {
    ratings: "Visioni per voto", stars: "Stelle", plays: "Visioni", day: "Giorno",
    plays_n_one: "{n} visione", plays_n_other: "{n} visioni",
    calendar: "Visioni per ogni giorno del {year}",
    in_streak: "nella serie di giorni più lunga",
    scale: "Visioni al giorno:", span: "{first} – {last}",
  },
});

const STEPS = Array.from({ length: 10 }, (_, i) => (i + 1) / 2);
/** @type {(stars: number) => string} */
const keyOf = (stars) => String(stars).replace(".", "_");

/**
 * Bars over `labels`: {label, labels, values, head, height}; head names the labels.
 * @param {{ label: string, labels: string[], values: number[], head: string, height?: number, counts?: boolean }} props
 */
export function Bars({ label, labels, values, head, height = 200, counts = false }) {
  const key = JSON.stringify([labels, values, language()]);
  const option = useMemo(() => (/** @type {Colours} */ c) => ({
    // Of many bars the last may have a label that is wider than itself.
    grid: { left: counts ? 2 : 30, right: labels.length > 40 ? 24 : 2, top: 22, bottom: 24 },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: c.hover, opacity: 0.6 } },
      formatter: (/** @type {{ name: string, value: number }[]} */ [bar]) => `${bar.name}\n${t("plays_n", { n: bar.value })}` },
    xAxis: { type: "category", data: labels, axisLabel: { color: c.quiet, hideOverlap: true } },
    yAxis: { type: "value", minInterval: 1, show: !counts, max: counts ? "dataMax" : null, splitNumber: 3, splitLine: { lineStyle: { color: c.line } } },
    series: [{
      type: "bar",
      data: values,
      barCategoryGap: labels.length > 40 ? "10%" : "28%",
      barMaxWidth: 44,
      itemStyle: { color: c.fill, borderRadius: labels.length > 60 ? 0 : [4, 4, 0, 0] },
      emphasis: { itemStyle: { color: c.accent } },
      label: { show: counts, position: "top", color: c.quiet, fontSize: 11, formatter: (/** @type {{ value: number }} */ { value }) => (value ? number(value) : "") },
    }],
  }), [key]);
  const table = { head: [head, t("plays")], rows: labels.map((name, i) => [name, number(values[i])]) };
  return html`<${Chart} option=${option} height=${height} label=${label} table=${table} />`;
}

/**
 * What an axis of time shows: each of `labels` with its value, but a run of `least` or more that
 * are empty as one, "2001 – 2016".
 * @param {string[]} labels
 * @param {number[]} values
 * @param {number} least
 */
export function folded(labels, values, least) {
  /** @type {{ labels: string[], values: number[] }} */
  const shown = { labels: [], values: [] };
  for (let i = 0; i < labels.length; i += 1) {
    let end = i;
    while (end < labels.length && !values[end]) end += 1;
    const folds = end - i >= least;
    shown.labels.push(folds ? t("span", { first: labels[i], last: labels[end - 1] }) : labels[i]);
    shown.values.push(values[i]);
    if (folds) i = end - 1;
  }
  return shown;
}

/**
 * How often each rating was given, from ½ to 5 stars.
 * @param {{ distribution: Record<string, number>, height: number }} props
 */
export const RatingHistogram = ({ distribution, height }) => html`
  <${Bars} label=${t("ratings")} head=${t("stars")} labels=${STEPS.map(inStars)}
    values=${STEPS.map((stars) => distribution[keyOf(stars)] ?? 0)} height=${height} counts=${true} />`;

const DAY_MS = 86_400_000;

// The days of a streak, as ISO days.
/** @type {(length: number, end: string | null) => Set<string>} */
function daysOf(length, end) {
  if (!length || end === null) return new Set();
  const last = Date.parse(end);
  return new Set(Array.from({ length }, (_, i) => new Date(last - i * DAY_MS).toISOString().slice(0, 10)));
}

const CELL_GAP = 3;
const TONES = [["fill"], ["shade", "accent"], ["shade", "fill", "accent"], ["shade", "mixed", "fill", "accent"]];

// The steps of the shades, from the counts that there are, so that a diary of one play a day and
// one of twenty both show their days apart: {from, to, tone}; the last has no end.
/** @param {number[]} counts */
function stepsOf(counts) {
  const known = [...new Set(counts)].sort((a, b) => a - b);
  const n = Math.min(known.length, TONES.length);
  const bounds = Array.from({ length: n }, (_, i) => known[Math.floor((i * known.length) / n)]);
  return bounds.map((from, i) => ({ from, to: i + 1 < n ? bounds[i + 1] - 1 : null, tone: TONES[n - 1][i] }));
}

/** @type {(c: Colours, tone: string) => string} */
function toneOf(c, tone) {
  if (tone !== "mixed") return c[/** @type {"fill"} */ (tone)];
  const [one, other] = [c.shade, c.fill].map((colour) => (colour.match(/[\d.]+/g) ?? []).map(Number));
  return `rgb(${[0, 1, 2].map((i) => Math.round((one[i] + other[i]) / 2)).join(", ")})`;
}

/**
 * A year of days, shaded by plays; the days of the longest streak have a rim.
 * @param {{ year: number, byDay: Record<string, number>, streaks: Answer<"Streaks"> }} props
 */
export function Calendar({ year, byDay, streaks }) {
  const days = Object.entries(byDay).filter(([iso]) => iso.startsWith(`${year}-`));
  const steps = stepsOf(days.map(([, n]) => n));
  const key = JSON.stringify([year, days, streaks, language()]);
  const scroller = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => { // a narrow screen shows the latest month that has something
    const latest = Number(days.at(-1)?.[0].slice(5, 7) ?? 12);
    const box = scroller.current;
    if (box) box.scrollLeft = box.scrollWidth * (latest / 12) - box.clientWidth;
  }, [year]);
  const option = useMemo(() => (/** @type {Colours} */ c) => {
    const streak = daysOf(streaks.longest_days, streaks.longest_end);
    const [monday, ...others] = weekdays("narrow");
    return {
      tooltip: {
        formatter: (/** @type {{ value: [string, number] }} */ { value: [iso, n] }) => [day(iso), t("plays_n", { n }), streak.has(iso) && t("in_streak")]
          .filter(Boolean).join("\n"),
      },
      calendar: {
        range: String(year), left: 22, right: 2, top: 24, bottom: 4, cellSize: ["auto", "auto"],
        splitLine: { show: false },
        itemStyle: { color: c.sunken, borderColor: c.raised, borderWidth: 3 },
        dayLabel: { firstDay: 1, nameMap: [others.pop(), monday, ...others], color: c.quiet, fontSize: 10, margin: 8 },
        monthLabel: { nameMap: monthNames("short"), color: c.quiet, fontSize: 11, margin: 8 },
        yearLabel: { show: false },
      },
      // Not a heatmap: that of ECharts 6.1 is drawn over several frames and canvases, of which paper
      // shows but the last; and it is still being drawn when its chart is gone.
      series: [{
        type: "custom",
        coordinateSystem: "calendar",
        data: days,
        renderItem: (/** @type {CellPlace} */ { dataIndex, coordSys }, /** @type {CellApi} */ api) => {
          const [iso, n] = days[dataIndex];
          const [x, y] = api.coord([iso]);
          const [width, height] = [coordSys.cellWidth - CELL_GAP, coordSys.cellHeight - CELL_GAP];
          const rim = { stroke: c.ink, lineWidth: 1.5 };
          const fill = toneOf(c, steps.findLast(({ from }) => from <= n)?.tone ?? "fill");
          return {
            type: "rect",
            shape: { x: x - width / 2, y: y - height / 2, width, height, r: 3 },
            style: { fill, ...(streak.has(iso) && rim) },
            emphasis: { style: rim },
          };
        },
      }],
    };
  }, [key]);
  const label = t("calendar", { year });
  const table = { head: [t("day"), t("plays")], rows: days.map(([iso, n]) => [day(iso), number(n)]) };
  return html`
    <div class="calendar scroll" ref=${scroller} tabindex="0" role="region" aria-label=${label}>
      <div class="calendar-inner">
        <${Chart} option=${option} height=${158} label=${label} table=${table} />
      </div>
    </div>
    ${steps.length > 0 && html`
      <p class="hint heat-key">${t("scale")} ${steps.map(({ from, to, tone }) => html`
        <span key=${from}><i class=${`heat-${tone}`} aria-hidden="true"></i>${to === null
          ? `${number(from)}${steps.length > 1 ? "+" : ""}` : from === to ? number(from) : `${number(from)}–${number(to)}`}</span>`)}</p>`}`;
}
