// Choosing a period: all time, the last 30 days, a year, one of its months, or from–to.

import { html, useState } from "../vendor/preact.js";
import { monthNames, texts } from "../lib/i18n.js";
import { pagePath } from "../lib/ui.js";
import overviewTexts from "../texts/overview.js";
import { fieldsOf } from "./form.js";

const t = texts(overviewTexts);

const LAST_30 = "last-30-days";

/**
 * The overview's address for a period and a day of time travel (or null).
 * @param {string} user
 * @param {string} period
 * @param {string | null} asOf
 */
export function overviewPath(user, period, asOf) {
  const query = new URLSearchParams();
  if (period !== "all") query.set("period", period);
  if (asOf) query.set("as_of", asOf);
  return query.size ? `${pagePath(user)}?${query}` : pagePath(user);
}

// The parts of a period's name: {choice: "all" | "last-30-days" | "range" | a year, month, from, to}.
/**
 * @param {string} period
 * @returns {{ choice: string, month?: string, from?: string, to?: string }}
 */
function partsOf(period) {
  const [from, to] = period.split("..");
  if (to !== undefined) return { choice: "range", from, to };
  const [year, month] = period.split("-");
  return /^\d{4}$/.test(year) ? { choice: year, month: month ?? "" } : { choice: period };
}

/**
 * The picker; `onChoose` gets the period's name, as the address and the API have it.
 * @param {{ period: string, years: number[], onChoose: (period: string) => void }} props
 */
export function PeriodPicker({ period, years, onChoose }) {
  const { choice, month, from, to } = partsOf(period);
  const [asking, setAsking] = useState(false); // the range's days are not known yet
  const shown = asking ? "range" : choice;
  const all = [...new Set([...years.map(String), ...(month === undefined ? [] : [choice])])].sort().reverse();
  /** @param {string} chosen */
  const choose = (chosen) => {
    setAsking(chosen === "range");
    if (chosen !== "range") onChoose(chosen);
  };
  return html`
    <div class="period">
      <select aria-label=${t("period")} value=${shown} onChange=${(event) => choose(event.currentTarget.value)}>
        <option value="all">${t("all")}</option>
        <option value=${LAST_30}>${t("last_30")}</option>
        ${all.map((year) => html`<option key=${year} value=${year}>${year}</option>`)}
        <option value="range">${t("range")}</option>
      </select>
      ${/^\d{4}$/.test(shown) && html`
        <select aria-label=${t("month")} value=${month} onChange=${({ currentTarget: { value } }) => onChoose(value ? `${choice}-${value}` : choice)}>
          <option value="">${t("whole_year")}</option>
          ${monthNames("long").map((name, i) => {
            const number = String(i + 1).padStart(2, "0");
            return html`<option key=${number} value=${number}>${name}</option>`;
          })}
        </select>`}
      ${shown === "range" && html`<${Range} key=${period} from=${from} to=${to} onChoose=${(/** @type {string} */ chosen) => { setAsking(false); onChoose(chosen); }} />`}
    </div>`;
}

// The fields are the reader's until the period changes: a page drawn anew takes nothing typed.
/** @param {{ from?: string, to?: string, onChoose: (period: string) => void }} props */
function Range({ from = "", to = "", onChoose }) {
  /** @param {Submit} event */
  const submit = (event) => {
    event.preventDefault();
    const days = fieldsOf(event.currentTarget);
    const [first, last] = [days.from, days.to].sort();
    onChoose(`${first}..${last}`);
  };
  return html`
    <form class="range" onSubmit=${submit}>
      <label><span>${t("from")}</span> <input type="date" name="from" required min="1888-01-01" defaultValue=${from} /></label>
      <label><span>${t("to")}</span> <input type="date" name="to" required min="1888-01-01" defaultValue=${to} /></label>
      <button>${t("apply")}</button>
    </form>`;
}
