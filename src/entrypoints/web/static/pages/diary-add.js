// Add a film: find it in the catalogue as you type, say when it was watched and how it was.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { newKey, send, userPath } from "../lib/api.js";
import { day, texts } from "../lib/i18n.js";
import { Poster, Stars, Trouble } from "../lib/ui.js";
import words from "../texts/diary.js";
import { FilmSearch, facts } from "./film-search.js";
import { isElsewhere, today, zoneName } from "./today.js";

const t = texts(words);

// Of a film that the catalogue does not know, or that is meant to stand as it is written.
/** @type {(text: string) => Choice[]} */
const asTyped = (text) => [{ name: text, year: null, own: true }];

/**
 * The sentence for a film that the diary has on that day; null for another error.
 * @param {Failure} error
 * @param {string} name
 * @param {string | null} watched
 */
export function alreadyThere(error, name, watched) {
  if (!error.document?.type.endsWith(":already-in-diary")) return null;
  return watched ? t("already", { name, day: day(watched) }) : t("already_undated", { name });
}

/**
 * A problem of a form; where the film is there that day already, it asks whether it was
 * seen twice, and `onTwice` is the answer.
 * @param {{ error: Failure, name: string, watched: string | null, onTwice: () => void }} props
 */
export function WriteTrouble({ error, name, watched, onTwice }) {
  const sentence = alreadyThere(error, name, watched);
  if (sentence === null) return html`<${Trouble} error=${error} />`;
  return html`
    <div class="trouble" role="alert">
      <p>${sentence}</p>
      ${watched && html`<button type="button" onClick=${onTwice}>${t("twice")}</button>`}
    </div>`;
}

/** @param {{ user: string, onAdded: (name: string, entryId: string) => void }} props */
export function AddFilm({ user, onAdded }) {
  const [film, setFilm] = useState(/** @type {Choice | null} */ (null));
  const search = useRef(/** @type {HTMLInputElement | null} */ (null));
  /** @type {(name: string, entryId: string) => void} */
  const done = (name, entryId) => {
    setFilm(null);
    onAdded(name, entryId);
  };
  // The field is there again once the film is added or another one is to be chosen.
  const left = useRef(false);
  useEffect(() => {
    if (!film && left.current) search.current?.focus();
    left.current = film !== null;
  }, [film]);
  return html`
    <section class="card add-film" aria-label=${t("add")}>
      ${film
        ? html`<${FilmForm} user=${user} film=${film} onDone=${done} onCancel=${() => setFilm(null)} />`
        : html`<${FilmSearch} field=${search} label=${t("add")} others=${asTyped} onChoose=${setFilm} />`}
    </section>`;
}

// ── The viewing ─────────────────────────────────────────────────────────────

/** @param {{ user: string, film: Choice, onDone: (name: string, entryId: string) => void, onCancel: () => void }} props */
function FilmForm({ user, film, onDone, onCancel }) {
  const [values, setValues] = useState({
    name: film.name, year: String(film.year ?? ""), watched: today(), rating: /** @type {number | null} */ (null),
  });
  const [unknown, setUnknown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {Failure | null} */ (null));
  const key = useRef(newKey());
  const sending = useRef(false); // a second press comes before the button is drawn disabled
  const first = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => first.current?.focus(), []);

  /** @param {Partial<typeof values>} next */
  const change = (next) => {
    key.current = newKey(); // what is changed is another write; sent again unchanged, the same
    setValues({ ...values, ...next });
  };
  const name = values.name.trim();
  const watched = unknown ? null : values.watched;
  /** @type {(field: keyof typeof values) => (event: On<HTMLInputElement>) => void} */
  const input = (field) => (event) => change({ [field]: event.currentTarget.value });
  /** @param {{ again?: boolean }} how */
  const add = async ({ again = false } = {}) => {
    if (sending.current) return;
    sending.current = true;
    setBusy(true);
    setError(null);
    const year = values.year ? Number(values.year) : null;
    try {
      const { entry_id: entryId } = await send(
        "POST",
        userPath(user, "movies"),
        { name, year, rating: values.rating, watched_date: watched, ...(again && { again }) },
        { headers: { "Idempotency-Key": key.current } },
      );
      onDone(name, entryId);
    } catch (thrown) {
      setError(/** @type {Failure} */ (thrown));
      sending.current = false;
      setBusy(false);
    }
  };
  /** @param {Submit} event */
  const submit = (event) => {
    event.preventDefault();
    add();
  };
  const twice = () => {
    key.current = newKey(); // another write than the one that was refused
    add({ again: true });
  };
  /** @param {KeyboardEvent} event */
  const cancel = (event) => {
    if (event.key === "Escape") onCancel();
  };
  return html`
    <form class="add-form" aria-label=${values.name} onSubmit=${submit} onKeyDown=${cancel}>
      <div class="add-poster"><${Poster} url=${film.poster_url} title=${values.name} /></div>
      <div class="add-what">
        ${film.own ? html`
          <label class="field">${t("own_title")}
            <input required maxlength="500" value=${values.name} onInput=${input("name")} /></label>
          <label class="field add-year">${t("own_year")}
            <input type="number" inputmode="numeric" min="1874" max="2100" value=${values.year}
              onInput=${input("year")} /></label>` : html`
          <p class="add-title">${film.name}</p>
          <p class="film-facts">${facts(film)}</p>`}
        <button type="button" class="quiet" onClick=${onCancel}>${t("other_film")}</button>
      </div>
      <div class="add-when">
        <label class="field">${t("watched_on")}
          <input ref=${first} type="date" required=${!unknown} disabled=${unknown} max=${today()}
            value=${values.watched} onInput=${input("watched")} /></label>
        <label class="add-unknown"><input type="checkbox" checked=${unknown}
          onChange=${(event) => {
            setUnknown(event.currentTarget.checked);
            change({});
          }} /> ${t("day_unknown")}</label>
        ${isElsewhere() && html`<p class="hint">${t("zone", { zone: zoneName() })}</p>`}
      </div>
      <div class="add-rating">
        <span class="field" aria-hidden="true">${t("rating")}</span>
        <${Stars} value=${values.rating} label=${t("rate", { name: values.name })}
          onChange=${(/** @type {number | null} */ rating) => change({ rating })} />
        <p class="hint">${t("rating_hint")}</p>
      </div>
      <div class="add-submit">
        <button type="submit" class="primary" disabled=${busy}>${t(busy ? "submitting" : "submit")}</button>
      </div>
      ${error && html`<${WriteTrouble} error=${error} name=${name} watched=${watched} onTwice=${twice} />`}
    </form>`;
}
