// The imports of before, each with its undoing.

import { html, useState } from "../vendor/preact.js";
import { read, send, userPath } from "../lib/api.js";
import { day, texts } from "../lib/i18n.js";
import { useData } from "../lib/live.js";
import { Dialog, Loading, Section, Trouble, toast } from "../lib/ui.js";
import words from "../texts/import.js";

const t = texts(words);
/** @type {(past: Answer<"PastImport">) => string} */
const dayOf = (past) => day(past.at.slice(0, 10));

/** @param {{ user: string, position: number }} props */
export function PastImports({ user, position }) {
  const { data, error, reload } = useData(() => read(userPath(user, "imports")), [user, position]);
  const [asked, setAsked] = useState(/** @type {Answer<"PastImport"> | null} */ (null));
  /** @param {Answer<"PastImport">} past */
  const undo = async (past) => {
    setAsked(null);
    try {
      const { undone } = await send("POST", userPath(user, "imports", past.import_id, "undo"));
      toast(t("undone", { n: undone }));
      reload();
    } catch (problem) {
      toast(/** @type {Failure} */ (problem).message);
    }
  };
  return html`
    <${Section} title=${t("past")} hint=${t("past_hint")}>
      ${error && html`<${Trouble} error=${error} retry=${reload} />`}
      ${!data && !error && html`<${Loading} lines=${2} />`}
      ${data?.items.length === 0 && html`<p class="hint">${t("past_none")}</p>`}
      <ul class="past-imports">
        ${data?.items.map((past) => html`
          <li key=${past.import_id}>
            <time datetime=${past.at}>${t("past_on", { day: dayOf(past), time: past.at.slice(11, 16) })}</time>
            <span class="hint">${t("past_changes", { n: past.changes })}</span>
            ${past.undone
              ? html`<span class="hint">${t("past_undone")}</span>`
              : html`<button type="button" aria-label=${t("past_undo_label", { day: dayOf(past) })}
                  onClick=${() => setAsked(past)}>${t("past_undo")}</button>`}
          </li>`)}
      </ul>
      ${asked && html`
        <${Dialog} title=${t("confirm", { day: dayOf(asked) })} onClose=${() => setAsked(null)}>
          <p>${t("confirm_text", { n: asked.changes })}</p>
          <div class="row import-actions">
            <button type="button" class="danger" onClick=${() => undo(asked)}>${t("undo")}</button>
            <button type="button" onClick=${() => setAsked(null)}>${t("keep")}</button>
          </div>
        <//>`}
    <//>`;
}
