// What became of each row of a file, by outcome.

import { html, useEffect, useState } from "../vendor/preact.js";
import { number, texts } from "../lib/i18n.js";
import { Section, Tabs } from "../lib/ui.js";
import words from "../texts/import.js";

const t = texts(words);
const STEP = 100; // rows drawn at once
const OUTCOMES = /** @type {const} */ (["added", "suggested", "unmatched", "updated", "corrected", "skipped", "rejected"]);

/** @param {{ report: Answer<"Import"> }} props */
export function Rows({ report }) {
  const rows = report.rows ?? [];
  const leftOut = report.rows_left_out ?? 0;
  const [outcome, setOutcome] = useState("all");
  const [limit, setLimit] = useState(STEP);
  useEffect(() => setLimit(STEP), [outcome, report]);
  /** @type {(id: string) => Answer<"Row">[]} */
  const of = (id) => rows.filter((row) => row.outcome === id);
  const present = OUTCOMES.filter((id) => of(id).length);
  const tabs = [
    { id: "all", label: t("tab", { name: t("all"), n: rows.length }) },
    ...present.map((id) => ({ id, label: t("tab", { name: t(`tab_${id}`), n: of(id).length }) })),
  ];
  const found = outcome === "all" ? rows : of(outcome);
  const files = new Set(rows.map((row) => row.file)).size > 1;
  return html`
    <${Section} title=${t("rows")}>
      <${Tabs} label=${t("outcome")} items=${tabs} selected=${outcome} onSelect=${setOutcome}>
        ${found.length ? html`
          <table class="import-rows">
            <thead><tr>
              <th scope="col">${t("line")}</th>
              ${files && html`<th scope="col">${t("file")}</th>`}
              <th scope="col">${t("film")}</th>
              <th scope="col">${t("outcome")}</th>
            </tr></thead>
            <tbody>
              ${found.slice(0, limit).map((row, i) => html`
                <tr key=${i}>
                  <td>${number(row.line)}</td>
                  ${files && html`<td>${row.file}</td>`}
                  <td>${row.name ?? "–"} ${row.year && html`<small>${row.year}</small>`}</td>
                  <td><span class=${`outcome ${row.outcome}`}>${t(`outcome_${row.outcome}`)}</span>
                    ${row.reason && html`<small class="reason" lang="en">${row.reason}</small>`}</td>
                </tr>`)}
            </tbody>
          </table>` : html`<p class="hint">${t("no_rows")}</p>`}
        ${found.length > limit && html`
          <p class="diary-more">
            <button type="button" onClick=${() => setLimit(limit + 5 * STEP)}>${t("more")}</button>
            <span class="hint">${t("shown", { shown: number(limit), total: number(found.length) })}</span>
          </p>`}
      <//>
      ${leftOut > 0 && html`<p class="hint">${t("left_out", { n: leftOut })}</p>`}
    <//>`;
}

/**
 * Save the rejected rows as CSV. Where not every row is listed, the report still has each
 * rejected one, by line and reason.
 * @param {Answer<"Import">} report
 */
export function download(report) {
  /** @type {Partial<Answer<"Row">>[]} */
  const rejected = report.rows_left_out ? report.rejected
    : report.rows?.filter((row) => row.outcome === "rejected") ?? [];
  const columns = /** @type {const} */ (["line", "file", "name", "year", "reason"]);
  const lines = [columns, ...rejected.map((row) => columns.map((name) => row[name] ?? ""))];
  const text = lines.map((cells) => cells.map(cell).join(",")).join("\r\n");
  const url = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = t("rejected_file");
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

// A cell that a spreadsheet would take for a formula gets an apostrophe before it.
/** @param {string | number} value */
function cell(value) {
  const text = String(value);
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
