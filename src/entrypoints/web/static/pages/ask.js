// Plays that lack details: who can be asked for them, what that needs and sends, and the job.

import { html, useState } from "../vendor/preact.js";
import { read, send, userPath } from "../lib/api.js";
import { number, texts } from "../lib/i18n.js";
import { useData, useJob } from "../lib/live.js";
import { takeBack } from "../lib/undo.js";
import { Link, Trouble, pagePath } from "../lib/ui.js";
import words from "../texts/ask.js";

const t = texts(words);
/** @param {string} user */
const answered = (user) => `cinestats-asked-${user}`;

/**
 * Nothing is sent without a yes, and a no is kept. Nothing shows where nothing lacks. What is
 * needed is read before it is `shown`, so that it comes with the rest of the page.
 * @param {{ user: string, shown?: boolean }} props
 */
export function Ask({ user, shown = true }) {
  const told = useJob(user);
  const ended = told !== null && told.state !== "waiting" && told.state !== "running";
  const { data } = useData(() => read(userPath(user, "enrich")), [user, ended]);
  const [no, setNo] = useState(localStorage.getItem(answered(user)) !== null);
  const [error, setError] = useState(/** @type {Failure | null} */ (null));
  if (data === null || !shown) return null;
  const job = told ?? data.job;
  const sources = data.sources.filter((source) => source.allowed);
  if (job && isNoNews(job) && data.sources.some((source) => source.on)) return null;
  if (!job && (no || !data.lacking || !sources.length)) return null;

  /** @param {() => Promise<unknown>} work */
  const doing = async (work) => {
    setError(null);
    await work().catch((problem) => setError(problem));
  };
  /** @param {Answer<"Source">["source"]} source */
  const start = (source) => doing(() => send("POST", userPath(user, "enrich"), { source: /** @type {"wikidata"} */ (source) }));
  const pause = () => doing(() => send("DELETE", userPath(user, "enrich")));
  const never = () => {
    localStorage.setItem(answered(user), "no");
    setNo(true);
  };
  return html`
    <section class="card ask" aria-label=${t("title")}>
      ${job ? html`<${Progress} user=${user} job=${job} onPause=${pause} onGoOn=${() => start(job.source)} />` : html`
        <p class="enrich-said">${t("lacking", { n: data.lacking, plays: number(data.plays) })}</p>
        <p class="hint">${t("question")}</p>
        <ul class="ask-sources">${sources.map((source) => html`
          <li key=${source.source}>
            <button type="button" onClick=${() => start(source.source)}>${source.label}</button>
            <span class="hint">${t(`needs_${/** @type {"wikidata"} */ (source.source)}`)}</span>
          </li>`)}</ul>
        <button type="button" class="quiet" onClick=${never}>${t("no")}</button>`}
      ${error && html`<${Trouble} error=${error} />`}
    </section>`;
}

// A job that the server began by itself, and that changed nothing.
/** @param {Answer<"Job">} job */
const isNoNews = ({ state, report }) => state === "done" && report !== null
  && !report.completed && !report.ambiguous && !report.failed;

/** @param {{ user: string, job: Answer<"Job">, onPause: () => void, onGoOn: () => void }} props */
function Progress({ user, job, onPause, onGoOn }) {
  const [undone, setUndone] = useState(false);
  const going = job.state === "waiting" || job.state === "running";
  const { report, undo } = job;
  const takeItBack = async () => {
    await takeBack(user, undo ? [undo] : []);
    setUndone(true);
  };
  return html`
    <p class="enrich-said" role="status">${t(going && !job.total ? "counting" : job.state, { done: number(job.done), total: number(job.total) })}</p>
    ${going && html`<progress max=${Math.max(job.total, 1)} value=${job.done} aria-label=${t("title")}></progress>`}
    ${report && html`<p class="hint">${t("report", {
      completed: number(report.completed), ambiguous: number(report.ambiguous),
      not_found: number(report.not_found), failed: number(report.failed),
    })}</p>`}
    ${job.stopped && html`<p class="hint">${job.stopped}</p>`}
    <div class="row">
      ${going && html`<button type="button" onClick=${onPause}>${t("pause")}</button>`}
      ${!going && job.state !== "done" && html`<button type="button" class="primary" onClick=${onGoOn}>${t("go_on")}</button>`}
      ${report?.ambiguous ? html`<${Link} class="button" href=${pagePath(user, "review")}>${t("choose")}<//>` : null}
      ${undo && !undone && html`<button type="button" class="quiet" onClick=${takeItBack}>${t("undo")}</button>`}
    </div>`;
}
