// What would become of a file, or what became of it: in figures and row by row.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { number, texts } from "../lib/i18n.js";
import { Dialog, Figures, Link, pagePath } from "../lib/ui.js";
import words from "../texts/import.js";
import { Enrich } from "./enrich.js";
import { HowRead } from "./import-reading.js";
import { Rows, download } from "./import-rows.js";

const t = texts(words);

/**
 * How much changes: plays by the rows, and films on lists.
 * @type {(report: Answer<"Import">) => number}
 */
export const changesOf = ({ added, updated, corrected, listed, unlisted }) =>
  added + updated + corrected + listed + unlisted;

/**
 * @param {{
 *   user: string, file: File, report: Answer<"Import">, done: boolean, mirrored: boolean, reading: Reading,
 *   onRead: (how: Reading) => void, onRun: (mirror: boolean) => void, onUndo: () => void, onLeave: () => void,
 * }} props
 */
export function Report({ user, file, report, done, mirrored, reading, onRead, onRun, onUndo, onLeave }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const [mirror, setMirror] = useState(false);
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: "nearest" });
  }, [done]);
  const { missing, suggested } = report;
  const counts = /** @type {const} */ ([
    ["added", report.added],
    ["unmatched", report.unmatched],
    ["suggested", suggested],
    ["updated", report.updated],
    ["corrected", report.corrected],
    ["skipped", report.skipped],
    ["listed", report.listed],
    ["unlisted", report.unlisted],
    ["rejected", report.rejected.length],
    ["missing", missing],
  ]);
  const shown = counts.filter(([key, n]) => n || (key !== "listed" && key !== "unlisted"));
  const changes = changesOf(report);
  const deletes = done ? mirrored : mirror;
  const kind = done ? "report" : "preview";
  return html`
    <section class="import-report">
      <h2 ref=${heading} tabindex="-1" class="report-title">${t(kind, { file: file.name })}</h2>
      <p class="hint">${t(`${kind}_hint`, { format: report.format, n: report.read })}</p>
      <div class="import-counts">
        <${Figures} items=${shown.map(([key, n]) => ({ label: t(key), value: number(n) }))} />
      </div>
      ${report.unmatched > 0 && html`<p class="hint">${t("unmatched_hint")}</p>`}
      ${report.notes.map((note, i) => html`<p key=${i} class="import-note" lang="en">${note}</p>`)}
      ${changes === 0 && !done && html`<p class="import-note">${t("nothing")}</p>`}
      ${suggested > 0 && html`
        <p class="import-note">${t("suggested_hint", { n: suggested })}
          ${done && html` <${Link} href=${pagePath(user, "review")}>${t("suggested_check")}<//>`}</p>`}
      ${missing > 0 && done && html`<p class="import-note">${t(mirrored ? "missing_deleted" : "missing_kept", { n: missing })}</p>`}
      ${missing > 0 && !done && html`
        <label class="check import-mirror"><input type="checkbox" checked=${mirror}
          onChange=${(event) => setMirror(event.currentTarget.checked)} /> ${t("mirror", { n: missing })}</label>`}
      <div class="row import-actions">
        ${!done && (changes > 0 || mirror) && html`
          <button type="button" class="primary" onClick=${() => (mirror ? setAsking(true) : onRun(false))}>${runText(report)}</button>`}
        ${done && html`<${Link} href=${pagePath(user)} class="button primary">${t("see")}<//>`}
        ${done && (changes > 0 || deletes) && html`<button type="button" onClick=${onUndo}>${t("undo")}</button>`}
        ${report.rejected.length > 0 && html`
          <button type="button" onClick=${() => download(report)}>${t("download")}</button>`}
        <button type="button" class="quiet" onClick=${onLeave}>${t("cancel")}</button>
      </div>
      ${done && html`<${Enrich} user=${user} />`}
      ${!done && html`<${HowRead} reading=${reading} labels=${report.labels} columns=${report.columns} onRead=${onRead} />`}
      <${Rows} report=${report} />
      ${asking && html`
        <${Dialog} title=${t("mirror_ask", { n: missing })} onClose=${() => setAsking(false)}>
          <p>${t("mirror_text", { n: missing, file: file.name })}</p>
          <div class="row import-actions">
            <button type="button" class="danger" onClick=${() => onRun(true)}>${t("mirror_go", { n: missing })}</button>
            <button type="button" onClick=${() => setAsking(false)}>${t("mirror_not")}</button>
          </div>
        <//>`}
    </section>`;
}

/** @param {Answer<"Import">} report */
function runText({ added, updated, corrected, listed, unlisted }) {
  if (added) return t("go", { n: added });
  if (!updated && !corrected && listed + unlisted) return t("go_listed", { n: listed + unlisted });
  return corrected || !updated ? t("go_corrected", { n: corrected + updated }) : t("go_rated", { n: updated });
}
