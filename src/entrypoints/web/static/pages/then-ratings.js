// How often each rating was given, by a day and by today.

import { html, useMemo } from "../vendor/preact.js";
import { Chart } from "../lib/chart.js";
import { day, inStars, language, number, texts } from "../lib/i18n.js";
import { Section } from "../lib/ui.js";
import words from "../texts/then.js";

const t = texts(words);
const STEPS = Array.from({ length: 10 }, (_, i) => (i + 1) / 2);
/** @type {(overview: Overview) => number[]} */
const counts = ({ rating_distribution: given }) => STEPS.map((stars) => given[String(stars).replace(".", "_")] ?? 0);

/** @param {{ then: string, past: Overview, present: Overview }} props */
export function Ratings({ then, past, present }) {
  const columns = [
    { name: t("then", { day: day(then) }), data: counts(past) },
    { name: t("now"), data: counts(present) },
  ];
  const option = useMemo(() => (/** @type {Colours} */ colours) => ({
    color: [colours.quiet, colours.fill],
    grid: { left: 30, right: 2, top: 36, bottom: 24 },
    legend: { top: 0, left: 0, icon: "circle", itemWidth: 10, textStyle: { color: colours.quiet } },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
    xAxis: { type: "category", data: STEPS.map(inStars), axisLabel: { color: colours.quiet } },
    yAxis: { type: "value", minInterval: 1, splitNumber: 3, splitLine: { lineStyle: { color: colours.line } } },
    series: columns.map((column) => ({
      type: "bar", ...column, barMaxWidth: 26, itemStyle: { borderRadius: [4, 4, 0, 0] },
    })),
  }), [JSON.stringify(columns), language()]);
  const table = {
    head: [t("stars"), ...columns.map(({ name }) => name)],
    rows: STEPS.map((stars, i) => [inStars(stars), ...columns.map(({ data }) => number(data[i]))]),
  };
  return html`
    <${Section} title=${t("ratings")}>
      <div class="card">
        <${Chart} option=${option} height=${240} label=${t("ratings_label", { day: day(then) })} table=${table} />
      </div>
    <//>`;
}
