// How a file is read, where it does not say so itself: what the server asks, and what can be
// set by hand.

import { html, useState } from "../vendor/preact.js";
import { read } from "../lib/api.js";
import { day, texts } from "../lib/i18n.js";
import { useData } from "../lib/live.js";
import words from "../texts/import.js";

const t = texts(words);
const DATES = /** @type {const} */ (["dmy", "mdy", "ymd"]);
const SCALES = ["5", "10", "100"];
const DELIMITERS = /** @type {const} */ ([[",", "comma"], [";", "semicolon"], ["tab", "tab"], ["|", "pipe"]]);
const ENCODINGS = [
  "utf-8", "utf-16", "windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1256",
  "iso-8859-2", "iso-8859-15", "koi8-r", "cp437", "cp850", "mac-roman", "shift_jis", "euc-jp", "euc-kr", "gb18030", "big5",
];
const FIELDS = /** @type {const} */ (["title", "year", "watched", "rating"]);
const MORE_FIELDS = /** @type {const} */ ([
  "rewatch", "liked", "tags", "review", "place", "company", "imdb", "tmdb", "wikidata", "letterboxd", "directors", "actors",
  "genres", "duration", "type", "status", "seen", "date", "rating10", "season", "episode",
]);

/**
 * The query of an import that reads a file so.
 * @param {Reading} reading
 * @param {Record<string, string>} others
 */
export function readingQuery({ columns = {}, ...values }, others) {
  const query = new URLSearchParams(others);
  for (const [name, value] of Object.entries(values)) if (value) query.set(name, value);
  for (const [field, label] of Object.entries(columns)) query.append("column", `${field}=${label}`);
  return query;
}

/**
 * What stands in the place of a preview where the server has to know more first.
 * @param {{ file: File, problem: Failure, reading: Reading, onRead: (how: Reading) => void, onLeave: () => void }} props
 */
export function Question({ file, problem, reading, onRead, onLeave }) {
  const { readings, columns, field } = problem.document ?? {};
  return html`
    <section class="import-report">
      <h2 class="report-title">${t("asked", { file: file.name })}</h2>
      ${readings && html`
        <p class="import-note" role="alert">${t("asked_days", { column: field })}</p>
        <div class="row import-actions">
          ${Object.entries(readings).map(([order, iso]) => html`
            <button key=${order} type="button" class="primary" onClick=${() => onRead({ ...reading, dates: order })}>
              ${t("days_are", { day: day(iso), order: t(`dates_${/** @type {"dmy"} */ (order)}`) })}</button>`)}
        </div>`}
      ${columns && html`<p class="import-note" role="alert">${t("asked_columns")}</p>`}
      ${!readings && !columns && html`<div class="trouble" role="alert"><p lang="en">${problem.message}</p></div>`}
      <${HowRead} open=${!readings} reading=${reading} labels=${columns ?? []} columns=${{}} onRead=${onRead} />
      <p class="import-actions"><button type="button" class="quiet" onClick=${onLeave}>${t("cancel")}</button></p>
    </section>`;
}

/**
 * The choices, of which each may be left to the server; `labels` are the table's columns, and
 * `columns` which of them was taken for what.
 * @param {{ open?: boolean, reading: Reading, labels: readonly string[], columns: Record<string, string>, onRead: (how: Reading) => void }} props
 */
export function HowRead({ open = false, reading, labels, columns, onRead }) {
  const [how, setHow] = useState(reading);
  const { data } = useData(() => read("/imports/formats"), []);
  /** @type {(name: Exclude<keyof Reading, "columns">) => (value: string) => void} */
  const set = (name) => (value) => setHow((before) => ({ ...before, [name]: value }));
  /** @type {(field: string, label: string | null) => void} */
  const setColumn = (field, label) => setHow(({ columns: { [field]: _, ...others } = {}, ...rest }) =>
    ({ ...rest, columns: label === null ? others : { ...others, [field]: label } }));
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    onRead(how);
  };
  /** @param {string} field */
  const column = (field) => html`
    <${Column} key=${field} field=${field} labels=${labels} taken=${columns[field]} value=${how.columns?.[field] ?? null}
      onChoose=${(/** @type {string | null} */ label) => setColumn(field, label)} />`;
  return html`
    <details class="how-read" open=${open}>
      <summary>${t("how_read")}</summary>
      <form class="how-form" onSubmit=${submit}>
        <${Choice} label=${t("format")} value=${how.format} onChoose=${set("format")}
          choices=${data?.items.map(({ format, label }) => [format, format === "csv" ? t("csv_name") : label]) ?? []} />
        <${Choice} label=${t("dates")} value=${how.dates} onChoose=${set("dates")}
          choices=${DATES.map((order) => [order, t(`dates_${order}`)])} />
        <${Choice} label=${t("scale")} value=${how.scale} onChoose=${set("scale")}
          choices=${SCALES.map((best) => [best, t("scale_of", { best })])} />
        <${Choice} label=${t("delimiter")} value=${how.delimiter} onChoose=${set("delimiter")}
          choices=${DELIMITERS.map(([mark, name]) => [mark, t(`delimiter_${name}`)])} />
        <${Choice} label=${t("encoding")} value=${how.encoding} onChoose=${set("encoding")}
          choices=${ENCODINGS.map((name) => [name, name])} />
        ${labels.length > 0 && html`
          <fieldset class="how-columns">
            <legend>${t("columns")}</legend>
            ${FIELDS.map(column)}
            <details class="how-more"><summary>${t("columns_more")}</summary>
              <div class="how-columns">${MORE_FIELDS.map(column)}</div></details>
          </fieldset>`}
        <div><button type="submit" class=${open ? "primary" : null}>${t("read_so")}</button></div>
      </form>
    </details>`;
}

/** @param {{ label: string, value?: string, choices: [string, string][], onChoose: (value: string) => void }} props */
const Choice = ({ label, value = "", choices, onChoose }) => html`
  <label class="field">${label}
    <select value=${value} onChange=${(event) => onChoose(event.currentTarget.value)}>
      <option value="">${t("automatic")}</option>
      ${choices.map(([id, name]) => html`<option key=${id} value=${id}>${name}</option>`)}
    </select></label>`;

const LEFT_OUT = "0"; // beside "" for what the server sees itself; a column is its place from 1
/**
 * Which column holds a field: null for what the server sees itself, "" for none.
 * @param {{ field: string, labels: readonly string[], taken?: string, value: string | null, onChoose: (label: string | null) => void }} props
 */
function Column({ field, labels, taken, value, onChoose }) {
  const chosen = value === null ? "" : value === "" ? LEFT_OUT : String(labels.indexOf(value) + 1);
  /** @param {On<HTMLSelectElement>} event */
  const choose = ({ currentTarget: { value: id } }) => {
    if (id === "") onChoose(null);
    else onChoose(id === LEFT_OUT ? "" : labels[Number(id) - 1]);
  };
  return html`
    <label class="field">${t(`field_${/** @type {"title"} */ (field)}`)}
      <select value=${chosen} onChange=${choose}>
        <option value="">${taken ? t("automatic_taken", { label: taken }) : t("automatic")}</option>
        <option value=${LEFT_OUT}>${t("column_none")}</option>
        ${labels.map((label, i) => label && html`<option key=${i} value=${String(i + 1)}>${label}</option>`)}
      </select></label>`;
}
