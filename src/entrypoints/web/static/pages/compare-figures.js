// How much two diaries share, and how far apart their stars are.

import { html } from "../vendor/preact.js";
import { number, percent, rating, texts } from "../lib/i18n.js";
import { Section } from "../lib/ui.js";
import words from "../texts/compare.js";

const t = texts(words);

/**
 * The two sets of films as one bar: only the one's, both's, only the other's.
 * @param {{ data: Answer<"Comparison"> }} props
 */
export function Overlap({ data }) {
  const { user, other, common } = data;
  const parts = [
    { id: "user", n: data.films - common, label: t("only", { who: user }) },
    { id: "both", n: common, label: t("both") },
    { id: "other", n: data.other_films - common, label: t("only", { who: other }) },
  ];
  return html`
    <${Section} class="card" title=${t("overlap")}>
      <p class="compare-headline">${t("common", { n: common })}</p>
      <p class="hint">${t("of_all", { part: percent(data.overlap) })}</p>
      <div class="two-sets" aria-hidden="true">
        ${parts.filter(({ n }) => n > 0).map(({ id, n }) => html`
          <span key=${id} class=${`set-${id}`} style=${{ flexGrow: n }}></span>`)}
      </div>
      <dl class="set-key">
        ${parts.map(({ id, n, label }) => html`
          <div key=${id}><dt><i class=${`set-${id}`} aria-hidden="true"></i>${label}</dt><dd>${number(n)}</dd></div>`)}
      </dl>
    <//>`;
}

/**
 * The mean distance of their ratings with its confidence, and whether they go together.
 * @param {{ data: Answer<"Comparison"> }} props
 */
export function RatingDistance({ data }) {
  const { rated_common: n, mean_distance: mean, distance_low: low, distance_high: high, distance_minimum_films: least } = data;
  if (mean === null || low === null || n < least) {
    return html`
      <${Section} class="card" title=${t("distance")}>
        <p class="compare-headline">${t("unsure")}</p>
        <p class="hint">${t("unsure_text", { n, least })}</p>
        ${mean !== null && html`<p class="hint">${t("so_far", { mean: rating(mean) })}</p>`}
      <//>`;
  }
  return html`
    <${Section} class="card" title=${t("distance")}>
      <p class="compare-headline">${t("differ", { stars: inWords(mean) })}</p>
      <p class="hint">${t("confidence", { n, mean: rating(mean), low: rating(low), high: rating(high) })}</p>
      <${Range} mean=${mean} low=${low} high=${high} />
      ${data.correlation !== null && html`
        <p><b>${t(alike(data.correlation))}</b>
          ${" "}<span class="hint">${t("correlation", { r: rating(data.correlation) })}</span></p>`}
    <//>`;
}

/** @param {{ mean: number, low: number, high: number }} props */
function Range({ mean, low, high }) {
  const to = Math.max(1, Math.ceil(high));
  /** @type {(stars: number) => string} */
  const at = (stars) => `${(100 * stars) / to}%`;
  return html`
    <div class="distance-range" aria-hidden="true">
      <div class="range-track">
        <span class="range-band" style=${{ left: at(low), width: at(high - low) }}></span>
        <span class="range-mean" style=${{ left: at(mean) }}></span>
      </div>
      <div class="range-scale">
        ${Array.from({ length: to + 1 }, (_, n) => html`<span key=${n} style=${{ left: at(n) }}>${n}</span>`)}
      </div>
    </div>`;
}

// Each up to its bound, in stars.
const DISTANCES = /** @type {const} */ ([
  [0.125, "hardly"], [0.375, "quarter"], [0.625, "half"], [0.875, "three_quarters"],
  [1.25, "one"], [1.75, "one_half"], [2.25, "two"],
]);
/** @type {(stars: number) => string} */
const inWords = (stars) => t(`stars_${DISTANCES.find(([bound]) => stars < bound)?.[1] ?? "more_than_two"}`);

/** @param {number} correlation */
function alike(correlation) {
  if (correlation >= 0.7) return "alike_very";
  if (correlation >= 0.4) return "alike_rather";
  if (correlation >= 0.2) return "alike_little";
  return correlation > -0.2 ? "alike_not" : "alike_against";
}
