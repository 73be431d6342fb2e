// Bring a diary along: a file, what would become of its rows, the import, and its undoing.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { read, send, userPath } from "../lib/api.js";
import { language, number, texts } from "../lib/i18n.js";
import { useData, useLive } from "../lib/live.js";
import { Figures, Link, Page, Section, Trouble, pagePath, toast } from "../lib/ui.js";
import words from "../texts/import.js";
import { PastImports } from "./import-past.js";
import { Rows, download } from "./import-rows.js";
import { upload } from "./import-upload.js";

const t = texts(words);
/** @type {{ stage: Stage, file: File | null, report: Answer<"Import"> | null }} */
const CHOOSE = { stage: "choose", file: null, report: null };

/** @param {PageProps} props */
export default function Import({ user }) {
  const position = useLive(user);
  const [state, setState] = useState(CHOOSE);
  const [sent, setSent] = useState(0);
  const [error, setError] = useState(/** @type {Failure | null} */ (null));
  const start = useRef(0); // the position at which the import began
  const { stage, file, report } = state;

  /**
   * @param {File} chosen
   * @param {{ meanwhile: Stage, after: Stage }} stages
   * @param {string} query
   */
  const take = async (chosen, stages, query) => {
    setError(null);
    setSent(0);
    setState((before) => ({ ...before, file: chosen, stage: stages.meanwhile }));
    try {
      const answer = await upload(`${userPath(user, "imports")}?${query}`, chosen, setSent);
      setState({ file: chosen, stage: stages.after, report: answer });
    } catch (problem) {
      setError(/** @type {Failure} */ (problem));
      setState((before) => (before.report ? { ...before, stage: "preview" } : CHOOSE));
    }
  };
  /** @param {File} chosen */
  const look = (chosen) => {
    setState(CHOOSE);
    take(chosen, { meanwhile: "reading", after: "preview" }, "dry_run=true&rows=true");
  };
  const run = () => {
    start.current = position;
    if (file) take(file, { meanwhile: "importing", after: "done" }, "rows=true");
  };
  const undo = async () => {
    if (!report) return;
    try {
      const { undone } = await send("POST", userPath(user, "imports", report.import_id, "undo"));
      toast(t("undone", { n: undone }));
      setState(CHOOSE);
    } catch (problem) {
      setError(/** @type {Failure} */ (problem));
    }
  };

  const changes = report ? report.added + report.updated : 0;
  return html`
    <${Page} title=${t("title")}>
      ${error && html`<${Trouble} error=${error} />`}
      ${stage === "choose" && html`<${DropZone} onFile=${look} />`}
      ${stage === "reading" && html`<${Progress} label=${t(sent < 1 ? "uploading" : "reading", { file: file?.name })}
        done=${sent < 1 ? sent : null} />`}
      ${stage === "importing" && html`<${Progress} label=${t("importing")}
        done=${Math.min((position - start.current) / changes, 1)}
        hint=${t("importing_hint", { done: number(Math.min(position - start.current, changes)), n: changes })} />`}
      ${report && stage !== "importing" && html`
        <${Report} user=${user} file=${file} report=${report} done=${stage === "done"}
          onRun=${run} onUndo=${undo} onLeave=${() => setState(CHOOSE)} />`}
      ${stage === "choose" && html`
        <${PastImports} user=${user} position=${position} />
        <${Services} />`}
    <//>`;
}

/** @param {{ onFile: (file: File) => void }} props */
function DropZone({ onFile }) {
  const [over, setOver] = useState(false);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  /** @param {DragEvent} event */
  const drag = (event) => {
    event.preventDefault();
    setOver(true);
  };
  /** @param {DragEvent} event */
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer?.files[0];
    if (file) onFile(file);
  };
  return html`
    <div class=${`drop-zone${over ? " over" : ""}`} onDragEnter=${drag} onDragOver=${drag}
      onDragLeave=${() => setOver(false)} onDrop=${drop}>
      <p class="drop-title">${t("drop")}</p>
      <p class="hint">${t("drop_hint")}</p>
      <button type="button" class="primary" onClick=${() => input.current?.click()}>${t("choose")}</button>
      <input ref=${input} type="file" hidden accept=".csv,.tsv,.txt,.json,.zip"
        onChange=${({ currentTarget: { files } }) => files?.length && onFile(files[0])} />
    </div>`;
}

/** @param {{ label: string, done: number | null, hint?: string }} props */
function Progress({ label, done, hint }) {
  return html`
    <div class="card import-progress" role="status">
      <p class="drop-title">${label}</p>
      <progress max="1" value=${done} aria-label=${label}></progress>
      ${hint && html`<p class="hint">${hint}</p>`}
    </div>`;
}

/** @param {{ user: string, file: File, report: Answer<"Import">, done: boolean, onRun: () => void, onUndo: () => void, onLeave: () => void }} props */
function Report({ user, file, report, done, onRun, onUndo, onLeave }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: "nearest" });
  }, [done]);
  const counts = /** @type {const} */ ([
    ["added", report.added],
    ["unmatched", report.unmatched],
    ["updated", report.updated],
    ["skipped", report.skipped],
    ["rejected", report.rejected.length],
  ]);
  const changes = report.added + report.updated;
  const kind = done ? "report" : "preview";
  return html`
    <section class="import-report">
      <h2 ref=${heading} tabindex="-1" class="report-title">${t(kind, { file: file.name })}</h2>
      <p class="hint">${t(`${kind}_hint`, { format: report.format, n: report.read })}</p>
      <div class="import-counts">
        <${Figures} items=${counts.map(([key, n]) => ({ label: t(key), value: number(n) }))} />
      </div>
      ${report.unmatched > 0 && html`<p class="hint">${t("unmatched_hint")}</p>`}
      ${report.notes.map((note, i) => html`<p key=${i} class="import-note">${note}</p>`)}
      ${changes === 0 && !done && html`<p class="import-note">${t("nothing")}</p>`}
      <div class="row import-actions">
        ${!done && changes > 0 && html`
          <button type="button" class="primary" onClick=${onRun}>
            ${report.added ? t("go", { n: report.added }) : t("go_rated", { n: report.updated })}</button>`}
        ${done && html`<${Link} href=${pagePath(user)} class="button primary">${t("see")}<//>`}
        ${done && changes > 0 && html`<button type="button" onClick=${onUndo}>${t("undo")}</button>`}
        ${report.rejected.length > 0 && html`
          <button type="button" onClick=${() => download(report)}>${t("download")}</button>`}
        <button type="button" class="quiet" onClick=${onLeave}>${t("cancel")}</button>
      </div>
      <${Rows} report=${report} />
    </section>`;
}

function Services() {
  const { data, error, reload } = useData(() => read("/imports/formats"), []);
  return html`
    <${Section} title=${t("services")} hint=${t("services_hint")}>
      ${error && html`<${Trouble} error=${error} retry=${reload} />`}
      <dl class="services">
        ${data?.items.map(({ format, label, hint }) => html`
          <div key=${format}>
            <dt>${format === "csv" ? t("csv_name") : label}</dt><dd>${hint[language()]}</dd>
          </div>`)}
      </dl>
    <//>`;
}
