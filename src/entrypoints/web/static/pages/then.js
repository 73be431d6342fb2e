// Time travel: the statistics as they were known on a day, and what changed since.

import { html, useLayoutEffect, useRef } from "../vendor/preact.js";
import { read, userPath } from "../lib/api.js";
import { day, number, rating, texts } from "../lib/i18n.js";
import { useData, useLive } from "../lib/live.js";
import { Empty, Link, Loading, Page, Section, Trouble, navigate, pagePath } from "../lib/ui.js";
import words from "../texts/then.js";
import { Changes } from "./then-changes.js";
import { Ratings } from "./then-ratings.js";
import { monthsAgo, today, zoneName } from "./today.js";

const t = texts(words);
const JUMPS = /** @type {const} */ ([["month_ago", 1], ["half_year_ago", 6], ["year_ago", 12]]);
const FAVOURITES = 5;
const NONE = "–"; // there is no average of no ratings

/** @param {PageProps} props */
export default function Then({ user, query }) {
  const position = useLive(user);
  const asked = query.get("day");
  const { data, error, loading, reload } = useData(async () => {
    // A day must be named; of what has changed since today only the beginning of all is asked.
    const { known_since: first } = await read(userPath(user, "changes"), { since: today(), limit: 1 });
    const ago = monthsAgo(1);
    const then = asked ?? (first && first > ago ? first : ago);
    const [past, present] = await Promise.all([
      read(userPath(user, "overview"), { as_of: then }),
      read(userPath(user, "overview")),
    ]);
    return { then, first, past, present };
  }, [user, asked, position]);
  return html`
    <${Page} title=${t("title")}>
      <p class="then-lead">${t("lead")}</p>
      ${data && html`<${DayPicker} user=${user} then=${asked ?? data.then} first=${data.first} />`}
      ${error && html`<${Trouble} error=${error} retry=${reload} />`}
      ${!data && !error && html`<${Loading} lines=${7} />`}
      ${data && html`
        <div class=${loading ? "busy" : ""} aria-busy=${loading}>
          ${data.past.plays === 0 && html`
            <${Empty} title=${t("nothing_known")}><p>${t("nothing_known_text", { day: day(data.then) })}</p>
              ${data.first && html`<p>${t("known_since", { day: day(data.first) })}</p>`}<//>`}
          <${ThenAndNow} ...${data} />
          ${data.past.plays > 0 && html`
            <${Ratings} ...${data} />
            <${Favourites} user=${user} ...${data} />`}
          <${Changes} key=${data.then} user=${user} since=${data.then} position=${position} />
        </div>`}
    <//>`;
}

// `first` is the day from which on anything is known; null for a diary that is empty.
/** @param {{ user: string, then: string, first: string | null }} props */
function DayPicker({ user, then, first }) {
  /** @type {(iso: string) => void} */
  const go = (iso) => navigate(`${pagePath(user, "then")}?day=${iso}`, { replace: true });
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  // Not as its value: each drawing of the page would take back a day that is half typed.
  useLayoutEffect(() => {
    if (field.current) field.current.value = then;
  }, [then]);
  /** @param {On<HTMLInputElement>} event */
  const pick = (event) => event.currentTarget.validity.valid && event.currentTarget.value && go(event.currentTarget.value);
  return html`
    <div class="card then-picker">
      <label class="field">${t("day")}
        <input ref=${field} type="date" required min=${first} max=${today()} onChange=${pick} /></label>
      <div class="then-jumps" role="group" aria-label=${t("jumps")}>
        ${JUMPS.filter(([, months]) => !first || monthsAgo(months) >= first).map(([key, months]) => html`
          <button key=${key} type="button" aria-pressed=${monthsAgo(months) === then}
            onClick=${() => go(monthsAgo(months))}>${t(key)}</button>`)}
        ${first && html`
          <button type="button" aria-pressed=${first === then} onClick=${() => go(first)}>${t("first")}</button>`}
      </div>
      <p class="hint">${t("rule", { day: day(then) })} ${t("zone", { zone: zoneName() })}</p>
    </div>`;
}

// ── The figures ─────────────────────────────────────────────────────────────

/** @type {(value: number | null) => string} */
const whole = (value) => number(value ?? 0);
/**
 * @typedef {"plays" | "films" | "rewatches" | "hours" | "rated_plays" | "average_rating" | "longest_days"} FigureKey
 * @type {[key: FigureKey, of: (o: Overview) => number | null, write: (value: number | null) => string][]}
 */
const FIGURES = [
  ["plays", (o) => o.plays, whole],
  ["films", (o) => o.films, whole],
  ["rewatches", (o) => o.rewatches, whole],
  ["hours", (o) => Math.round(o.minutes / 60), whole],
  ["rated_plays", (o) => o.rated_plays, whole],
  ["average_rating", (o) => o.average_rating, rating],
  ["longest_days", (o) => o.streaks.longest_days, whole],
];

/** @param {{ then: string, past: Overview, present: Overview }} props */
function ThenAndNow({ then, past, present }) {
  return html`
    <${Section} title=${t("figures")}>
      <table class="then-table">
        <thead><tr>
          <th scope="col"><span class="hidden">${t("figure")}</span></th>
          <th scope="col">${t("then", { day: day(then) })}</th>
          <th scope="col">${t("now")}</th>
          <th scope="col">${t("change")}</th>
        </tr></thead>
        <tbody>
          ${FIGURES.map(([key, of, write]) => html`
            <tr key=${key}>
              <th scope="row">${t(key)}</th>
              <td class="then-value">${write(of(past))}</td>
              <td class="now-value">${write(of(present))}</td>
              <td><${Difference} from=${of(past)} to=${of(present)} write=${write} /></td>
            </tr>`)}
        </tbody>
      </table>
    <//>`;
}

/** @param {{ from: number | null, to: number | null, write: (value: number | null) => string }} props */
function Difference({ from, to, write }) {
  if (from === null || to === null) return html`<span class="difference none">${NONE}</span>`;
  if (write(from) === write(to)) {
    return html`<span class="difference none">${t("same")}</span>`;
  }
  const sign = to > from ? "+" : "−";
  /** @type {(value: number) => number} */
  const shown = (value) => Number(value.toFixed(2)); // the difference of what stands beside it
  return html`<span class=${`difference ${to > from ? "more" : "less"}`}>${sign}${write(Math.abs(shown(to) - shown(from)))}</span>`;
}

/** @param {{ user: string, then: string, past: Overview, present: Overview }} props */
function Favourites({ user, then, past, present }) {
  const kinds = /** @type {const} */ ([["director", "directors"], ["actor", "actors"], ["genre", "genres"]]);
  return html`
    <${Section} title=${t("favourites")}>
      <div class="grid three">
        ${kinds.map(([type, key]) => html`
          <section key=${type} class="card then-favourites" aria-label=${t(type)}>
            <h3>${t(type)}</h3>
            <${Ranking} user=${user} type=${type} title=${t("then", { day: day(then) })} items=${past[key].by_plays} />
            <${Ranking} user=${user} type=${type} title=${t("now")} items=${present[key].by_plays}
              before=${past[key].by_plays} />
          </section>`)}
      </div>
    <//>`;
}

/** @param {{ user: string, type: CreditType, title: string, items: Answer<"Ranked">[], before?: Answer<"Ranked">[] }} props */
function Ranking({ user, type, title, items, before }) {
  return html`
    <div>
      <h4>${title}</h4>
      ${items.length === 0 && html`<p class="hint">${t("nobody")}</p>`}
      <ol>
        ${items.slice(0, FAVOURITES).map(({ name, plays }) => {
          const was = before?.find((other) => other.name === name);
          return html`
            <li key=${name}>
              <${Link} href=${pagePath(user, type, name)}>${name}<//>
              <span>${number(plays)}</span>
              ${before && html`<small>${was && plays !== was.plays ? `${plays > was.plays ? "+" : "−"}${number(Math.abs(plays - was.plays))}` : ""}</small>`}
            </li>`;
        })}
      </ol>
    </div>`;
}
