// Bring a diary along: a file, what would become of its rows, the import, and its undoing.

import { html, useRef, useState } from "../vendor/preact.js";
import { read, send, userPath } from "../lib/api.js";
import { language, number, texts } from "../lib/i18n.js";
import { useData, useLive } from "../lib/live.js";
import { Page, Section, Trouble, toast } from "../lib/ui.js";
import words from "../texts/import.js";
import { PastImports } from "./import-past.js";
import { Question, readingQuery } from "./import-reading.js";
import { Report, changesOf } from "./import-report.js";
import { upload } from "./import-upload.js";

const t = texts(words);
/** @type {{ stage: Stage, file: File | null, report: Answer<"Import"> | null, asked: Failure | null, mirrored: boolean }} */
const CHOOSE = { stage: "choose", file: null, report: null, asked: null, mirrored: false };

/** @param {PageProps} props */
export default function Import({ user }) {
  const position = useLive(user);
  const [state, setState] = useState(CHOOSE);
  const [reading, setReading] = useState(/** @type {Reading} */ ({}));
  const [sent, setSent] = useState(0);
  const [error, setError] = useState(/** @type {Failure | null} */ (null));
  const start = useRef(0); // the position at which the import began
  const { stage, file, report, asked, mirrored } = state;

  /**
   * @param {File} chosen
   * @param {{ meanwhile: Stage, after: Stage }} stages
   * @param {Record<string, string>} query
   * @param {Reading} how
   */
  const take = async (chosen, stages, query, how) => {
    setError(null);
    setSent(0);
    setState((before) => ({ ...before, file: chosen, stage: stages.meanwhile }));
    try {
      const path = `${userPath(user, "imports")}?${readingQuery(how, { ...query, rows: "true" })}`;
      const answer = await upload(path, chosen, setSent);
      setState({ ...CHOOSE, file: chosen, stage: stages.after, report: answer, mirrored: "mirror" in query });
    } catch (thrown) {
      const problem = /** @type {Failure} */ (thrown);
      if (problem.status === 422) {
        setState({ ...CHOOSE, file: chosen, stage: "asked", asked: problem });
        return;
      }
      setError(problem);
      setState((before) => (before.report ? { ...before, stage: "preview" } : CHOOSE));
    }
  };
  /**
   * @param {File} chosen
   * @param {Reading} how
   */
  const look = (chosen, how = {}) => {
    setReading(how);
    take(chosen, { meanwhile: "reading", after: "preview" }, { dry_run: "true" }, how);
  };
  /** @param {boolean} mirror */
  const run = (mirror) => {
    start.current = position;
    /** @type {Record<string, string>} */
    const query = mirror ? { mirror: "true", confirmed: "true" } : {};
    if (file) take(file, { meanwhile: "importing", after: "done" }, query, reading);
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
  /** @param {Reading} how */
  const again = (how) => file && look(file, how);
  const leave = () => setState(CHOOSE);

  const changes = report ? changesOf(report) : 0;
  return html`
    <${Page} title=${t("title")}>
      ${error && html`<${Trouble} error=${error} />`}
      ${stage === "choose" && html`<${DropZone} onFile=${(/** @type {File} */ chosen) => look(chosen)} />`}
      ${stage === "reading" && html`<${Progress} label=${t(sent < 1 ? "uploading" : "reading", { file: file?.name })}
        done=${sent < 1 ? sent : null} />`}
      ${stage === "importing" && html`<${Progress} label=${t("importing")}
        done=${changes ? Math.min((position - start.current) / changes, 1) : null}
        hint=${t("importing_hint", { done: number(Math.min(position - start.current, changes)), n: changes })} />`}
      ${stage === "asked" && file && asked && html`
        <${Question} file=${file} problem=${asked} reading=${reading} onRead=${again} onLeave=${leave} />`}
      ${report && (stage === "preview" || stage === "done") && html`
        <${Report} user=${user} file=${file} report=${report} done=${stage === "done"} mirrored=${mirrored}
          reading=${reading} onRead=${again} onRun=${run} onUndo=${undo} onLeave=${leave} />`}
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
      <input ref=${input} type="file" hidden accept=".csv,.tsv,.txt,.json,.zip,.xlsx,.ods"
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
