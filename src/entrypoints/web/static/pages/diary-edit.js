// Put a play right: its day, rating, rewatch, like, tags, review, place and company.

import { html, useRef, useState } from "../vendor/preact.js";
import { send, userPath } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { Stars } from "../lib/ui.js";
import words from "../texts/diary.js";
import { WriteTrouble } from "./diary-add.js";
import { useSubmit } from "./form.js";
import { today } from "./today.js";

const t = texts(words);
const MOST_LETTERS = 20_000; // of a review

/**
 * Tags as they are typed, parted by commas.
 * @type {(text: string) => string[]}
 */
export const tagsOf = (text) => [...new Set(text.split(",").map((tag) => tag.trim()).filter(Boolean))];

/**
 * What of an entry can be edited, as the server takes it. A rewatch that only follows from the
 * order of the plays is null: nobody said it.
 * @type {(entry: Play) => Edit}
 */
const editOf = ({ rating, watched_date, rewatch, rewatch_from, liked, tags, review, place, company }) => ({
  rating, watched_date, rewatch: rewatch_from === "order" ? null : rewatch, liked, tags: [...tags], review, place, company,
});

/**
 * Only the fields in which `now` is not what was `before`.
 * @type {(before: Edit, now: Edit) => Partial<Edit>}
 */
const changedIn = (before, now) => Object.fromEntries(
  /** @type {(keyof Edit)[]} */ (Object.keys(now))
    .filter((name) => JSON.stringify(now[name]) !== JSON.stringify(before[name]))
    .map((name) => [name, now[name]]),
);

/** @type {(text: string | null) => string | null} */
const trimmed = (text) => text?.trim() || null;

/**
 * `onSaved` gets the function that takes the change back.
 * @param {{ user: string, entry: Play, onSaved: (undo: () => Promise<unknown>) => void, onCancel: () => void }} props
 */
export function EditForm({ user, entry, onSaved, onCancel }) {
  const before = editOf(entry);
  const [values, setValues] = useState(before);
  const [tags, setTags] = useState(before.tags.join(", "));
  const again = useRef(false); // the answer to whether it was seen twice
  /** @param {Partial<Edit>} next */
  const change = (next) => setValues((old) => ({ ...old, ...next }));
  /** @type {(name: "review" | "place" | "company") => (event: On<HTMLInputElement | HTMLTextAreaElement>) => void} */
  const text = (name) => (event) => change({ [name]: event.currentTarget.value || null });

  const save = async () => {
    const { review, place, company } = values;
    const written = { review: trimmed(review), place: trimmed(place), company: trimmed(company) };
    const changed = changedIn(before, { ...values, ...written, tags: tagsOf(tags) });
    if (!Object.keys(changed).length) return onCancel();
    const path = userPath(user, "movies", entry.entry_id);
    await send("PATCH", path, { ...changed, ...(again.current && { again: true }) });
    const old = Object.fromEntries(Object.keys(changed).map((name) => [name, before[/** @type {keyof Edit} */ (name)]]));
    return onSaved(() => send("PATCH", path, { ...old, again: true }));
  };
  const { busy, problem, submit } = useSubmit(save);
  const twice = () => {
    again.current = true;
    submit();
  };
  return html`
    <form class="edit-form" onSubmit=${submit}>
      <div class="edit-day">
        <label class="field">${t("watched_on")}
          <input type="date" required=${values.watched_date !== null} disabled=${values.watched_date === null} max=${today()}
            value=${values.watched_date ?? ""} onInput=${(event) => change({ watched_date: event.currentTarget.value })} /></label>
        <label class="check"><input type="checkbox" checked=${values.watched_date === null}
          onChange=${(event) => change({ watched_date: event.currentTarget.checked ? null : before.watched_date ?? today() })} />
          ${t("day_unknown")}</label>
      </div>
      <div class="edit-rating">
        <span class="field" aria-hidden="true">${t("rating")}</span>
        <${Stars} value=${values.rating} label=${t("rate", { name: entry.name })}
          onChange=${(/** @type {number | null} */ rating) => change({ rating })} />
      </div>
      <label class="field">${t("rewatch_label")}
        <select value=${String(values.rewatch)}
          onChange=${(event) => change({ rewatch: { true: true, false: false }[event.currentTarget.value] ?? null })}>
          <option value="null">${t("rewatch_order")}</option>
          <option value="true">${t("rewatch_yes")}</option>
          <option value="false">${t("rewatch_no")}</option>
        </select></label>
      <label class="check"><input type="checkbox" checked=${values.liked === true}
        onChange=${(event) => change({ liked: event.currentTarget.checked || null })} /> ${t("liked_label")}</label>
      <label class="field">${t("tags")}
        <input value=${tags} autocomplete="off" placeholder=${t("tags_hint")} onInput=${(event) => setTags(event.currentTarget.value)} /></label>
      <label class="field">${t("place")}
        <input value=${values.place ?? ""} maxlength="200" autocomplete="off" onInput=${text("place")} /></label>
      <label class="field">${t("company")}
        <input value=${values.company ?? ""} maxlength="200" autocomplete="off" onInput=${text("company")} /></label>
      <label class="field wide">${t("review")}
        <textarea rows="5" maxlength=${MOST_LETTERS} value=${values.review ?? ""} onInput=${text("review")}></textarea></label>
      ${problem && html`
        <${WriteTrouble} error=${problem} name=${entry.name} watched=${values.watched_date} onTwice=${twice} />`}
      <div class="row wide">
        <button type="submit" class="primary" disabled=${busy}>${t("save")}</button>
        <button type="button" onClick=${onCancel}>${t("cancel")}</button>
      </div>
    </form>`;
}
