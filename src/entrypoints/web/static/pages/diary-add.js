// Add a film: find it in the catalogue as you type, say when it was watched and how it was.

import { html, useEffect, useId, useRef, useState } from "../vendor/preact.js";
import { newKey, read, send, userPath } from "../lib/api.js";
import { day, texts } from "../lib/i18n.js";
import { Poster, Stars, Trouble } from "../lib/ui.js";
import words from "../texts/diary.js";
import { today } from "./today.js";

const t = texts(words);
const PAUSE_MS = 120;
const MOST_FILMS = 8;

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

/** @param {{ user: string, onAdded: () => void }} props */
export function AddFilm({ user, onAdded }) {
  const [film, setFilm] = useState(/** @type {Choice | null} */ (null));
  const [said, setSaid] = useState("");
  const search = useRef(/** @type {HTMLInputElement | null} */ (null));
  /** @param {string} name */
  const done = (name) => {
    setFilm(null);
    setSaid(t("added", { name }));
    onAdded();
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
        : html`<${Search} field=${search} onType=${() => setSaid("")} onChoose=${setFilm} />`}
      <p class="add-said" role="status">${said}</p>
    </section>`;
}

// ── The film ────────────────────────────────────────────────────────────────

// A combobox: the list follows what is typed; the arrow keys choose, Enter takes.
/** @param {{ field: Holder<HTMLInputElement | null>, onType: () => void, onChoose: (film: Choice) => void }} props */
function Search({ field, onType, onChoose }) {
  const id = useId();
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const { films, error } = useCatalogue(text.trim());
  useEffect(() => setActive(films?.length ? 0 : -1), [films]);

  /** @type {Choice[]} */
  const options = text.trim() && films ? [...films, { name: text.trim(), year: null, own: true }] : [];
  const shown = open && options.length > 0;
  /** @param {KeyboardEvent} event */
  const move = (event) => {
    const last = options.length - 1;
    const to = { ArrowDown: active < last ? active + 1 : 0, ArrowUp: active > 0 ? active - 1 : last }[event.key];
    if (to !== undefined && options.length) {
      event.preventDefault();
      setOpen(true);
      setActive(to);
    } else if (event.key === "Enter" && shown) {
      event.preventDefault();
      onChoose(options[active] ?? options[last]);
    } else if (event.key === "Escape" && text) {
      event.preventDefault();
      if (shown) setOpen(false);
      else setText("");
    }
  };
  /** @param {On<HTMLInputElement>} event */
  const type = (event) => {
    setText(event.currentTarget.value);
    setOpen(true);
    onType();
  };
  const count = films?.length ? t("found", { n: films.length }) : t("found_none");
  return html`
    <label class="add-label" for=${`${id}-field`}>${t("add")}</label>
    <div class="combobox">
      <input id=${`${id}-field`} ref=${field} class="add-field" type="text" autocomplete="off" spellcheck="false"
        maxlength="500" placeholder=${t("add_hint")} value=${text}
        role="combobox" aria-autocomplete="list" aria-expanded=${shown} aria-controls=${`${id}-list`}
        aria-activedescendant=${shown && active >= 0 ? `${id}-${active}` : null}
        onInput=${type} onKeyDown=${move} onFocus=${() => setOpen(true)} onBlur=${() => setOpen(false)} />
      <ul id=${`${id}-list`} class="combobox-list" role="listbox" aria-label=${t("suggestions")} hidden=${!shown}>
        ${options.map((film, i) => html`
          <li key=${film.own ? "own" : film.film_key} id=${`${id}-${i}`} role="option" aria-selected=${i === active}
            onPointerMove=${() => setActive(i)}
            onPointerDown=${(event) => event.preventDefault() /* the focus stays in the field */}
            onClick=${() => onChoose(film)}>
            ${film.own ? html`
              <span class="option-own" aria-hidden="true">+</span>
              <span class="option-text"><b>${t("as_typed", { title: film.name })}</b>
                <small>${t("as_typed_hint")}</small></span>` : html`
              <span class="option-poster"><${Poster} url=${film.poster_url} title=${film.name} /></span>
              <span class="option-text"><b>${film.name}</b><small>${facts(film)}</small></span>`}
          </li>`)}
      </ul>
    </div>
    <p class="hidden" role="status">${shown ? count : ""}</p>
    ${error && html`<${Trouble} error=${error} />`}`;
}

// What tells a film from its namesakes: its other titles, its year, who directed it.
/** @type {(film: Choice) => string} */
const facts = ({ name, original_title, italian_title, year, director }) =>
  [...new Set([original_title, italian_title].filter((title) => title !== name)), year, director?.join(", ")]
    .filter(Boolean).join(" · ");

// The films that fit `text`, as it is typed; those of before stay until the new are there.
/** @typedef {{ films: Answer<"Film">[] | null, error: Failure | null }} Found */
/** @param {string} text */
function useCatalogue(text) {
  const [found, setFound] = useState(/** @type {Found} */ ({ films: null, error: null }));
  useEffect(() => {
    if (!text) {
      setFound({ films: null, error: null });
      return undefined;
    }
    let wanted = true;
    const timer = setTimeout(async () => {
      /** @type {Found} */
      let next;
      try {
        next = { films: (await read("/catalogue", { q: text, limit: MOST_FILMS })).items, error: null };
      } catch (error) {
        next = { films: [], error: /** @type {Failure} */ (error) };
      }
      if (wanted) setFound(next);
    }, PAUSE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [text]);
  return found;
}

// ── The viewing ─────────────────────────────────────────────────────────────

/** @param {{ user: string, film: Choice, onDone: (name: string) => void, onCancel: () => void }} props */
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
  /** @type {(name: keyof typeof values) => (event: On<HTMLInputElement>) => void} */
  const input = (name) => (event) => change({ [name]: event.currentTarget.value });
  /** @param {Submit} event */
  const submit = async (event) => {
    event.preventDefault();
    if (sending.current) return;
    sending.current = true;
    setBusy(true);
    setError(null);
    const name = values.name.trim();
    const watched = unknown ? null : values.watched;
    try {
      await send(
        "POST",
        userPath(user, "movies"),
        { name, year: values.year ? Number(values.year) : null, rating: values.rating, watched_date: watched },
        { headers: { "Idempotency-Key": key.current } },
      );
      onDone(name);
    } catch (thrown) {
      const problem = /** @type {Failure} */ (thrown);
      const sentence = alreadyThere(problem, name, watched);
      setError(sentence ? new Error(sentence) : problem);
      sending.current = false;
      setBusy(false);
    }
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
      ${error && html`<${Trouble} error=${error} />`}
    </form>`;
}
