// The components that every page is made of.

import { html, useEffect, useId, useRef, useState } from "../vendor/preact.js";
import { day, hours, inStars, texts } from "./i18n.js";

const t = texts({
  en: {
    stars: "{stars} stars", unrated: "not rated", retry: "Try again", close: "Close",
    loading: "Loading …", dismiss: "Dismiss", trouble: "That did not work.",
  },
  it: {
    stars: "{stars} stelle", unrated: "senza voto", retry: "Riprova", close: "Chiudi",
    loading: "Caricamento …", dismiss: "Chiudi", trouble: "Non ha funzionato.",
  },
});

/** @type {(...names: (string | false | null | undefined)[]) => string} */
const classes = (...names) => names.filter(Boolean).join(" ");

// ── Navigation ──────────────────────────────────────────────────────────────

let arrived = false; // whether the next page that shows is to take the focus

/**
 * Go to another page of the app, or to the same page with another query.
 * @param {string} href
 */
export function navigate(href, { replace = false } = {}) {
  const path = location.pathname;
  history[replace ? "replaceState" : "pushState"](null, "", href);
  if (location.pathname !== path) {
    arrived = true;
    scrollTo(0, 0);
  }
  dispatchEvent(new Event("navigated"));
}

addEventListener("popstate", () => {
  arrived = true;
  dispatchEvent(new Event("navigated"));
});

/**
 * A link inside the app: an ordinary click goes there without loading the document anew.
 * @param {{ href: string, children?: Child, onClick?: (event: MouseEvent) => void, [attribute: string]: unknown }} props
 */
export function Link({ href, children, ...others }) {
  /** @param {MouseEvent} event */
  const follow = (event) => {
    others.onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!plain || event.defaultPrevented) return;
    event.preventDefault();
    navigate(href);
  };
  return html`<a href=${href} ...${others} onClick=${follow}>${children}</a>`;
}

/**
 * The address of a page of a user's diary, such as pagePath("anna", "year", 2024).
 * @type {(user: string, ...parts: (string | number)[]) => string}
 */
export const pagePath = (user, ...parts) => ["/u", ...[user, ...parts].map(encodeURIComponent)].join("/");

/**
 * 0, then 1 and so on up to `last`, each once the one before is on the screen: so a long page shows
 * what is in sight first, and can answer while the rest comes.
 * @param {number} last
 */
export function useSteps(last) {
  const [step, setStep] = useState(0);
  useEffect(() => {
    if (step === last) return undefined;
    const timer = setTimeout(() => setStep(step + 1));
    return () => clearTimeout(timer);
  }, [step, last]);
  return step;
}

// ── Page and sections ───────────────────────────────────────────────────────

/**
 * A page: its title names the document and takes the focus after a navigation.
 * @param {{ title: string, actions?: Child, children?: Child }} props
 */
export function Page({ title, actions, children }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    document.title = `${title} · cinestats`;
  }, [title]);
  useEffect(() => {
    if (arrived) heading.current?.focus({ preventScroll: true });
    arrived = false;
  }, []);
  return html`
    <header class="page-head">
      <h1 ref=${heading} tabindex="-1">${title}</h1>
      ${actions && html`<div class="page-actions">${actions}</div>`}
    </header>
    ${children}`;
}

/**
 * A titled part of a page.
 * @param {{ title: string, hint?: Child, children?: Child, class?: string }} props
 */
export function Section({ title, hint, children, class: name }) {
  const id = useId();
  return html`
    <section class=${classes("section", name)} aria-labelledby=${id}>
      <header class="section-head">
        <h2 id=${id}>${title}</h2>
        ${hint && html`<p class="hint">${hint}</p>`}
      </header>
      ${children}
    </section>`;
}

/**
 * Big figures: items are {label, value, unit}.
 * @param {{ items: { label: string, value: string, unit?: string | null }[] }} props
 */
export function Figures({ items }) {
  return html`
    <dl class="figures">
      ${items.map(({ label, value, unit }) => html`
        <div key=${label}>
          <dt>${label}</dt>
          <dd>${value}${unit && html`<small> ${unit}</small>`}</dd>
        </div>`)}
    </dl>`;
}

/**
 * Tabs: items are {id, label}; the children are the chosen tab's panel.
 * @param {{ label: string, items: { id: string, label: string }[], selected: string, onSelect: (id: string) => void, children?: Child }} props
 */
export function Tabs({ label, items, selected, onSelect, children }) {
  const id = useId();
  /** @param {KeyboardEvent} event */
  const move = (event) => {
    const at = items.findIndex((item) => item.id === selected);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = items[(to + items.length) % items.length];
    onSelect(next.id);
    document.getElementById(`${id}-${next.id}`)?.focus();
  };
  return html`
    <div class="tabs" role="tablist" aria-label=${label} onKeyDown=${move}>
      ${items.map((item) => html`
        <button key=${item.id} id=${`${id}-${item.id}`} type="button" role="tab"
          aria-selected=${item.id === selected} aria-controls=${`${id}-panel`}
          tabindex=${item.id === selected ? 0 : -1} onClick=${() => onSelect(item.id)}>${item.label}</button>`)}
    </div>
    <div id=${`${id}-panel`} role="tabpanel" aria-labelledby=${`${id}-${selected}`}>${children}</div>`;
}

// ── States ──────────────────────────────────────────────────────────────────

/**
 * What stands in a place that has nothing yet: why, and how to begin.
 * @param {{ title: string, children?: Child }} props
 */
export const Empty = ({ title, children }) => html`
  <div class="empty"><h2>${title}</h2>${children}</div>`;

/**
 * A quiet placeholder of about the size of what is coming.
 * @param {{ lines?: number }} props
 */
export const Loading = ({ lines = 4 }) => html`
  <div class="loading" role="status">
    <span class="hidden">${t("loading")}</span>
    ${Array.from({ length: lines }, (_, i) => html`<span key=${i} class="skeleton" aria-hidden="true"></span>`)}
  </div>`;

/**
 * What went wrong, in a sentence. Who is not signed in is led to the home page (?back=).
 * @param {{ error: Failure, retry?: () => void }} props
 */
export function Trouble({ error, retry }) {
  const stranger = error.status === 401;
  useEffect(() => {
    if (!stranger) return;
    const back = location.pathname + location.search;
    location.replace(`/?back=${encodeURIComponent(back)}`); // loads anew: the session is another
  }, [stranger]);
  return html`
    <div class="trouble" role="alert">
      <p>${error.message || t("trouble")}</p>
      ${retry && html`<button type="button" onClick=${retry}>${t("retry")}</button>`}
    </div>`;
}

// ── Films ───────────────────────────────────────────────────────────────────

const STEPS_A_STAR = 2;
const KEYBOARD_PAUSE_MS = 700;

/**
 * A rating in half stars; null is none. With `onChange(value)` it is a slider: arrow keys,
 * Home, End and digits, Delete for none; a press on the present rating takes it away. Keys
 * are told once they pause, on Enter or when the focus leaves. What is not rated shows no star.
 * @param {{ value: number | null, onChange?: (value: number | null) => void, label?: string }} props
 */
export function Stars({ value, onChange, label }) {
  return onChange
    ? html`<${StarSlider} value=${value} onChange=${onChange} label=${label} />`
    : html`<${StarsShown} value=${value} label=${label} />`;
}

/** @param {{ value: number | null, label?: string }} props */
function StarsShown({ value, label }) {
  const said = value === null ? t("unrated") : t("stars", { stars: inStars(value) });
  return html`
    <span class=${classes("stars", value === null && "none")}>
      <span aria-hidden="true">${value === null ? "–" : "★".repeat(Math.floor(value)) + (value % 1 ? "½" : "")}</span>
      <span class="hidden">${[label, said].filter(Boolean).join(": ")}</span>
    </span>`;
}

/** @param {{ value: number | null, onChange: (value: number | null) => void, label?: string }} props */
function StarSlider({ value, onChange, label }) {
  const [shown, setShown] = useState(value);
  const [hovered, setHovered] = useState(/** @type {number | null} */ (null));
  /** @type {Holder<ReturnType<typeof setTimeout> | undefined>} */
  const timer = useRef(undefined);
  /** @type {Holder<number | null | undefined>} */
  const pending = useRef(undefined);
  useEffect(() => setShown(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const commit = () => {
    clearTimeout(timer.current);
    const chosen = pending.current;
    pending.current = undefined;
    if (chosen !== undefined && chosen !== value) onChange(chosen);
  };
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    const now = shown ?? 0;
    const digit = /^[1-5]$/.test(event.key) ? Number(event.key) : undefined;
    const to = {
      ArrowRight: now + 0.5, ArrowUp: now + 0.5, ArrowLeft: now - 0.5, ArrowDown: now - 0.5,
      Home: 0.5, End: 5, Delete: 0, Backspace: 0, 0: 0,
    }[event.key] ?? digit;
    if (event.key === "Enter") commit();
    if (to === undefined) return;
    event.preventDefault();
    pending.current = to <= 0 ? null : Math.min(to, 5);
    setShown(pending.current);
    clearTimeout(timer.current);
    timer.current = setTimeout(commit, KEYBOARD_PAUSE_MS);
  };
  /** @param {On<HTMLElement, MouseEvent>} event */
  const under = (event) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const steps = Math.ceil(((event.clientX - left) / width) * 5 * STEPS_A_STAR);
    return Math.min(Math.max(steps, 1), 5 * STEPS_A_STAR) / STEPS_A_STAR;
  };
  /** @param {On<HTMLElement, MouseEvent>} event */
  const click = (event) => {
    const chosen = under(event);
    pending.current = chosen === value ? null : chosen;
    setShown(pending.current);
    setHovered(null);
    commit();
  };
  const filled = hovered ?? shown ?? 0;
  return html`
    <span class="star-slider" role="slider" tabindex="0" aria-label=${label}
      aria-valuemin="0" aria-valuemax="5" aria-valuenow=${shown ?? 0}
      aria-valuetext=${shown === null ? t("unrated") : t("stars", { stars: inStars(shown) })}
      onKeyDown=${press} onBlur=${commit} onClick=${click}
      onPointerMove=${(event) => event.pointerType === "mouse" && setHovered(under(event))}
      onPointerLeave=${() => setHovered(null)}>
      ${filled ? html`
        <span aria-hidden="true" class="ground">★★★★★</span>
        <span aria-hidden="true" class="filled" style=${{ width: `${filled * 20}%` }}>★★★★★</span>` : html`
        <span aria-hidden="true" class="ground dots">${[1, 2, 3, 4, 5].map((n) => html`<i key=${n}></i>`)}</span>`}
    </span>`;
}

// Where the posters of the sources that are on begin, and what they are called here.
/** @type {[begins: string, source: string][]} */
const POSTERS = JSON.parse(document.querySelector("meta[name=posters]")?.getAttribute("content") ?? "[]");

// A poster's address at this server, which asks for it; null for all that it does not ask for.
/** @param {string | null} url */
function ownAddress(url) {
  const [begins, source] = POSTERS.find(([address]) => url?.startsWith(address)) ?? [];
  return url && begins ? `/posters/${source}/${url.slice(begins.length)}` : null;
}

// A colour of its own for each title, the same one everywhere.
const TONES = 8; // tone-0 … tone-7 of the style sheet
/** @type {(title: string) => number} */
const tone = (title) =>
  Array.from(title).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 8191, 7) % TONES;

/**
 * A drawn card with a film's title, under its poster once that is there. It is decoration.
 * @param {{ url: string | null, title: string }} props
 */
export function Poster({ url, title }) {
  const [broken, setBroken] = useState(/** @type {string | null} */ (null));
  const own = ownAddress(url);
  return html`
    <span class=${`poster tone-${tone(title)}`} aria-hidden="true">
      <span>${title}</span>
      ${own && broken !== own && html`
        <img src=${own} alt="" width="200" height="300" loading="lazy" decoding="async"
          onError=${() => setBroken(own)} />`}
    </span>`;
}

/**
 * A film in a list: poster, title, year, directors and rating; `extra` stands at its end.
 * @param {{ entry: Entry, extra?: Child }} props
 */
export function Film({ entry, extra }) {
  const facts = [entry.year, entry.director?.join(", "), entry.duration && hours(entry.duration)].filter(Boolean);
  return html`
    <article class="film">
      <${Poster} url=${entry.poster_url} title=${entry.name} />
      <div class="film-text">
        <h3 class="film-title">${entry.name}</h3>
        <p class="film-facts">${facts.join(" · ")}</p>
        <p class="film-rating">
          ${entry.rating !== undefined && html`<${Stars} value=${entry.rating} />`}
          ${entry.watched_date && html`<time datetime=${entry.watched_date}>${day(entry.watched_date)}</time>`}
        </p>
      </div>
      ${extra && html`<div class="film-extra">${extra}</div>`}
    </article>`;
}

// ── Dialog and toasts ───────────────────────────────────────────────────────

/**
 * A modal dialog; Escape, its button and a press outside call `onClose`.
 * @param {{ title: string, onClose: () => void, children?: Child }} props
 */
export function Dialog({ title, onClose, children }) {
  const id = useId();
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    dialog.current?.showModal();
    return () => before?.focus();
  }, []);
  /** @param {Event} event */
  const cancel = (event) => {
    event.preventDefault();
    onClose();
  };
  return html`
    <dialog ref=${dialog} class="dialog" aria-labelledby=${id} onCancel=${cancel}
      onClick=${(event) => event.target === dialog.current && onClose()}>
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id=${id}>${title}</h2>
          <button type="button" class="icon-button" aria-label=${t("close")} onClick=${onClose}>×</button>
        </header>
        ${children}
      </div>
    </dialog>`;
}

const TOAST_MS = 6_000;
const TOAST_WITH_ACTION_MS = 12_000;
const MOST_TOASTS = 3; // at once; the latest stay
let lastToast = 0;
/** @type {Said[]} */
let toasts = [];
/** @type {(() => void) | undefined} */
let tellToasts;

/** @param {Said[]} next */
function setToasts(next) {
  toasts = next;
  tellToasts?.();
}

/**
 * Say something in passing; with `action` (a word) and `onAction` it can be answered.
 * @param {string} text
 * @param {{ action?: string, onAction?: () => void }} answer
 */
export function toast(text, { action, onAction } = {}) {
  const said = { id: ++lastToast, text, action, onAction };
  setToasts([...toasts, said].slice(-MOST_TOASTS));
  setTimeout(() => drop(said), action ? TOAST_WITH_ACTION_MS : TOAST_MS);
}

/** @param {Said} said */
const drop = (said) => setToasts(toasts.filter((other) => other !== said));

/** Where toasts appear; the shell shows it once. */
export function Toasts() {
  const [, setCount] = useState(0);
  useEffect(() => {
    tellToasts = () => setCount((n) => n + 1);
  }, []);
  return html`
    <div class="toasts" role="status" aria-live="polite">
      ${toasts.map((said) => html`<${Toast} key=${said.id} said=${said} onClose=${() => drop(said)} />`)}
    </div>`;
}

/**
 * One toast.
 * @param {{ said: Said, onClose: () => void }} props
 */
function Toast({ said, onClose }) {
  const id = useId();
  const act = () => {
    onClose();
    said.onAction?.();
  };
  return html`
    <div class="toast">
      <span id=${id}>${said.text}</span>
      ${said.action && html`<button type="button" aria-describedby=${id} onClick=${act}>${said.action}</button>`}
      <button type="button" class="icon-button" aria-label=${t("dismiss")} onClick=${onClose}>×</button>
    </div>`;
}
