// Who and what was watched most, or liked best.

import { html, useState } from "../vendor/preact.js";
import { rating, texts } from "../lib/i18n.js";
import { Link, Section, Tabs, pagePath } from "../lib/ui.js";
import overviewTexts from "../texts/overview.js";

const t = texts(overviewTexts);

const TYPES = /** @type {const} */ (["director", "actor", "genre"]);
const ORDERS = /** @type {const} */ (["by_plays", "by_films", "by_rating"]);
const FULL_MARKS = 5;

/**
 * Directors, actors and genres in three orders; each name leads to what it counts.
 * @param {{ user: string, data: Overview }} props
 */
export function Rankings({ user, data }) {
  const [order, setOrder] = useState(/** @type {typeof ORDERS[number]} */ ("by_plays"));
  const minimum = data.rating_minimum_films;
  return html`
    <${Section} class="rankings" title=${t("rankings")}>
      <${Tabs} label=${t("order")} items=${ORDERS.map((id) => ({ id, label: t(id) }))} selected=${order} onSelect=${setOrder}>
        <p class="hint">${t(`${order}_hint`, { minimum })}</p>
        <div class="sweep" tabindex="0" role="region" aria-label=${`${t("rankings")}: ${t(order)}`}>
          ${TYPES.map((type) => html`
            <div key=${type}>
              <h3 class="eyebrow">${t(type)}</h3>
              <${Ranking} user=${user} type=${type} order=${order} items=${data[`${type}s`][order]} minimum=${minimum} />
            </div>`)}
        </div>
      <//>
    <//>`;
}

/** @param {{ user: string, type: CreditType, order: keyof Answer<"Rankings">, items: Answer<"Ranked">[], minimum: number }} props */
function Ranking({ user, type, order, items, minimum }) {
  if (!items.length) return html`<p class="hint">${t(order === "by_rating" ? "too_few" : "nobody", { minimum })}</p>`;
  const value = /** @type {const} */ ({ by_plays: "plays", by_films: "films", by_rating: "shrunk_mean" })[order];
  const most = order === "by_rating" ? FULL_MARKS : items[0][value] ?? 0;
  return html`
    <ol class="ranking">
      ${items.map((item) => html`
        <li key=${item.name}>
          <${Link} href=${pagePath(user, type, item.name)}>${item.name}<//>
          <span class="ranking-value">${order === "by_rating"
            ? html`<span title=${t("mean", { shrunk: rating(item.shrunk_mean), mean: rating(item.mean) })}>${rating(item.shrunk_mean)} ★</span>`
            : t(order === "by_plays" ? "n_plays" : "n_films", { n: item[value] })}</span>
          <span class="meter" aria-hidden="true"><span style=${{ width: `${(100 * (item[value] ?? 0)) / most}%` }}></span></span>
          <small>${order === "by_plays"
            ? t("n_films", { n: item.films })
            : order === "by_films" ? t("n_plays", { n: item.plays }) : t("n_films", { n: item.films })}</small>
        </li>`)}
    </ol>`;
}
