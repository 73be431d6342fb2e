// Find a film in the catalogue as its title is typed.

import { html, useEffect, useId, useState } from "../vendor/preact.js";
import { read } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { Poster, Trouble } from "../lib/ui.js";
import words from "../texts/diary.js";

const t = texts(words);
const PAUSE_MS = 120;
const MOST_FILMS = 8;

/**
 * A combobox: the list follows what is typed; the arrow keys choose, Enter takes. `others`
 * are the choices that what is typed makes beside the catalogue's films.
 * @param {{ field: Holder<HTMLInputElement | null>, label: string, others: (text: string) => Choice[], onChoose: (film: Choice) => void }} props
 */
export function FilmSearch({ field, label, others, onChoose }) {
  const id = useId();
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const { films, error } = useCatalogue(text.trim());
  useEffect(() => setActive(films?.length ? 0 : -1), [films]);

  /** @type {Choice[]} */
  const options = text.trim() && films ? [...films, ...others(text.trim())] : [];
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
  };
  const count = films?.length ? t("found", { n: films.length }) : t("found_none");
  return html`
    <label class="add-label" for=${`${id}-field`}>${label}</label>
    <div class="combobox">
      <input id=${`${id}-field`} ref=${field} class="add-field" type="text" autocomplete="off" spellcheck="false"
        maxlength="500" placeholder=${t("add_hint")} value=${text}
        role="combobox" aria-autocomplete="list" aria-expanded=${shown} aria-controls=${`${id}-list`}
        aria-activedescendant=${shown && active >= 0 ? `${id}-${active}` : null}
        onInput=${type} onKeyDown=${move} onFocus=${() => setOpen(true)} onBlur=${() => setOpen(false)} />
      <ul id=${`${id}-list`} class="combobox-list" role="listbox" aria-label=${t("suggestions")} hidden=${!shown}>
        ${options.map((film, i) => html`
          <li key=${film.film_key ?? film.imdb ?? "own"} id=${`${id}-${i}`} role="option" aria-selected=${i === active}
            onPointerMove=${() => setActive(i)}
            onPointerDown=${(event) => event.preventDefault() /* the focus stays in the field */}
            onClick=${() => onChoose(film)}>
            ${film.own || film.imdb ? html`
              <span class="option-own" aria-hidden="true">+</span>
              <span class="option-text"><b>${film.imdb ? t("by_imdb", { id: film.imdb }) : t("as_typed", { title: film.name })}</b>
                <small>${t(film.imdb ? "by_imdb_hint" : "as_typed_hint")}</small></span>` : html`
              <span class="option-poster"><${Poster} url=${film.poster_url} title=${film.name} /></span>
              <span class="option-text"><b>${film.name}</b><small>${facts(film)}</small></span>`}
          </li>`)}
      </ul>
    </div>
    <p class="hidden" role="status">${shown ? count : ""}</p>
    ${error && html`<${Trouble} error=${error} />`}`;
}

/**
 * What tells a film from its namesakes: its other titles, its year, who directed it.
 * @type {(film: Choice) => string}
 */
export const facts = ({ name, original_title, italian_title, year, director }) =>
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
