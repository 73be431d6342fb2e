// Several plays at once: which are selected, and what is done with them.

import { html, useRef, useState } from "../vendor/preact.js";
import { read, send, userPath } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { Dialog } from "../lib/ui.js";
import words from "../texts/diary.js";
import { tagsOf } from "./diary-edit.js";
import { queryOf } from "./diary-filters.js";
import { FormProblem, useSubmit } from "./form.js";
import { today } from "./today.js";

const t = texts(words);
const AT_ONCE = 500; // entries that the server takes in one request
const A_PAGE = 1000;

/**
 * Do the same with many entries; what undoes it is all of `causes`.
 * @param {string} user
 * @param {string[]} ids
 * @param {BulkWhat} what
 * @returns {Promise<Bulk>}
 */
export async function inBulk(user, ids, what) {
  /** @type {Bulk} */
  const all = { changed: 0, failed: [], causes: [] };
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const entries = ids.slice(start, start + AT_ONCE);
    const { changed, failed, undo } = await send("POST", userPath(user, "movies", "bulk"), { entries, ...what });
    all.changed += changed;
    all.failed.push(...failed);
    if (undo) all.causes.push(undo);
  }
  return all;
}

/**
 * The ids of all entries that fit the filter, on every page.
 * @param {string} user
 * @param {Filter} filter
 */
export async function allIds(user, filter) {
  /** @type {string[]} */
  const ids = [];
  /** @type {string | null} */
  let cursor = null;
  do {
    /** @type {Got<UserPath<["diary"]>>} */
    const page = await read(userPath(user, "diary"), { ...queryOf(filter), limit: A_PAGE, cursor });
    ids.push(...page.items.map((entry) => entry.entry_id));
    cursor = page.next_cursor;
  } while (cursor);
  return ids;
}

/**
 * The ids that are selected; `onSelect` takes or drops one, and with the shift key all from
 * the one before to it.
 * @param {Play[]} items
 */
export function useSelection(items) {
  const [selected, setSelected] = useState(/** @type {Set<string> | null} */ (null)); // null: not selecting
  const last = useRef(/** @type {string | null} */ (null));
  /** @type {(entry: Play, event: MouseEvent) => void} */
  const onSelect = ({ entry_id: id }, event) => {
    const next = new Set(selected);
    const takes = !next.has(id);
    const [from, to] = [last.current ?? id, id].map((each) => items.findIndex((entry) => entry.entry_id === each));
    const ids = event.shiftKey && from >= 0
      ? items.slice(Math.min(from, to), Math.max(from, to) + 1).map((entry) => entry.entry_id)
      : [id];
    for (const each of ids) {
      if (takes) next.add(each);
      else next.delete(each);
    }
    last.current = id;
    setSelected(next);
  };
  return { selected, setSelected, onSelect };
}

/**
 * What can be done with the selected; it stays in sight at the foot of the window.
 * @param {{ n: number, total: number, busy: boolean, onAll: () => void, onChange: () => void, onDelete: () => void, onDone: () => void }} props
 */
export function SelectionBar({ n, total, busy, onAll, onChange, onDelete, onDone }) {
  return html`
    <section class="selection" aria-label=${t("selection")}>
      <p role="status">${t("selected", { n })}</p>
      <div class="row">
        ${n < total && html`<button type="button" disabled=${busy} onClick=${onAll}>${t("select_all", { n: total })}</button>`}
        <button type="button" class="primary" disabled=${busy || !n} onClick=${onChange}>${t("bulk_change")}</button>
        <button type="button" class="danger" disabled=${busy || !n} onClick=${onDelete}>${t("bulk_delete")}</button>
        <button type="button" class="quiet" onClick=${onDone}>${t("select_end")}</button>
      </div>
    </section>`;
}

const KEEP = "keep";
/** @type {Record<string, boolean | null>} */
const FLAGS = { yes: true, no: false };

/**
 * What shall be changed of the selected; a choice that is left leaves each as it is.
 * @param {{ n: number, onChange: (change: BulkChange) => Promise<void>, onClose: () => void }} props
 */
export function BulkDialog({ n, onChange, onClose }) {
  const [day, setDay] = useState(KEEP);
  const [date, setDate] = useState(today());
  const [rewatch, setRewatch] = useState(KEEP);
  const [liked, setLiked] = useState(KEEP);
  const [added, setAdded] = useState("");
  const [removed, setRemoved] = useState("");
  /** @type {BulkChange} */
  const change = {
    ...(day !== KEEP && { watched_date: day === "set" ? date : null }),
    ...(rewatch !== KEEP && { rewatch: FLAGS[rewatch] ?? null }),
    ...(liked !== KEEP && { liked: FLAGS[liked] || null }),
    ...(tagsOf(added).length && { add_tags: tagsOf(added) }),
    ...(tagsOf(removed).length && { remove_tags: tagsOf(removed) }),
  };
  const nothing = Object.keys(change).length === 0;
  const { busy, problem, submit } = useSubmit(() => onChange(change));
  return html`
    <${Dialog} title=${t("bulk_title", { n })} onClose=${onClose}>
      <form class="edit-form" onSubmit=${submit}>
        <${Choice} label=${t("watched_on")} value=${day} onChoose=${setDay}
          choices=${[[KEEP, t("keep")], ["set", t("day_set")], ["none", t("day_unknown")]]} />
        ${day === "set" && html`
          <label class="field">${t("day_set")}
            <input type="date" required max=${today()} value=${date} onInput=${(event) => setDate(event.currentTarget.value)} /></label>`}
        <${Choice} label=${t("rewatch_label")} value=${rewatch} onChoose=${setRewatch}
          choices=${[[KEEP, t("keep")], ["yes", t("rewatch_yes")], ["no", t("rewatch_no")], ["order", t("rewatch_order")]]} />
        <${Choice} label=${t("liked_label")} value=${liked} onChoose=${setLiked}
          choices=${[[KEEP, t("keep")], ["yes", t("yes")], ["no", t("no")]]} />
        <label class="field wide">${t("tags_add")}
          <input value=${added} autocomplete="off" placeholder=${t("tags_hint")} onInput=${(event) => setAdded(event.currentTarget.value)} /></label>
        <label class="field wide">${t("tags_remove")}
          <input value=${removed} autocomplete="off" placeholder=${t("tags_hint")} onInput=${(event) => setRemoved(event.currentTarget.value)} /></label>
        <${FormProblem} problem=${problem} />
        <div class="row wide">
          <button type="submit" class="primary" disabled=${busy || nothing}>${t("bulk_save", { n })}</button>
          <button type="button" onClick=${onClose}>${t("cancel")}</button>
        </div>
      </form>
    <//>`;
}

/** @param {{ label: string, value: string, choices: [string, string][], onChoose: (value: string) => void }} props */
const Choice = ({ label, value, choices, onChoose }) => html`
  <label class="field">${label}
    <select value=${value} onChange=${(event) => onChoose(event.currentTarget.value)}>
      ${choices.map(([id, name]) => html`<option key=${id} value=${id}>${name}</option>`)}
    </select></label>`;
