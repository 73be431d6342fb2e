// English and Italian: the texts of a page, and how numbers and days are written.

const KEPT = "cinestats.language";
/** @type {(tag: string | null | undefined) => tag is Language} */
const isKnown = (tag) => tag === "en" || tag === "it";
/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {Language} */
function first() {
  const kept = localStorage.getItem(KEPT);
  if (isKnown(kept)) return kept;
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isKnown) ?? "en";
}

let current = first();
document.documentElement.lang = current;

/** The language in use: "en" or "it". */
export const language = () => current;

/**
 * Choose a language; it is kept in this browser.
 * @param {Language} chosen
 */
export function setLanguage(chosen) {
  current = chosen;
  localStorage.setItem(KEPT, chosen);
  document.documentElement.lang = chosen;
  formats.clear();
  for (const listener of listeners) listener();
}

/**
 * Call `listener` whenever the language changes; returns the function that ends it.
 * @param {() => void} listener
 * @returns {() => void}
 */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * A function t(key, values) over a page's texts {en: {…}, it: {…}}: `{name}` is replaced by
 * values.name; with a number values.n, `key_one` or `key_other` is taken where there is one,
 * and `{n}` is written as a number.
 * @template {Record<string, string>} Known
 * @param {{ en: Known, it: Record<keyof Known, string> }} all
 * @returns {(key: TextKey<keyof Known & string>, values?: Record<string, unknown>) => string}
 */
export function texts(all) {
  return (key, values = {}) => {
    /** @type {Record<string, string>} */
    const known = all[current];
    const text = typeof values.n === "number"
      ? known[`${key}_${plural(values.n)}`] ?? known[`${key}_other`] ?? known[key]
      : known[key];
    if (text === undefined) throw new Error(`there is no text ${key} in ${current}`);
    return text.replace(/\{(\w+)\}/g, (_, name) =>
      name === "n" && typeof values.n === "number" ? number(values.n) : String(values[name]));
  };
}

// Intl's formats are slow to make, so each is made once a language.
/** @type {Map<string, unknown>} */
const formats = new Map();

/**
 * @template Format
 * @param {string} name
 * @param {(tag: string) => Format} make
 * @returns {Format}
 */
function format(name, make) {
  if (!formats.has(name)) formats.set(name, make(current === "it" ? "it-IT" : "en-GB"));
  return /** @type {Format} */ (formats.get(name));
}

/** @type {(name: string, options: Intl.DateTimeFormatOptions) => Intl.DateTimeFormat} */
const dates = (name, options) =>
  format(name, (tag) => new Intl.DateTimeFormat(tag, { ...options, timeZone: "UTC" }));
const NONE = "–";

/** @type {(n: number) => string} */
const plural = (n) => format("plural", (tag) => new Intl.PluralRules(tag)).select(n);

/**
 * A whole number, grouped: 1,234.
 * @type {(n: number) => string}
 */
export const number = (n) =>
  format("number", (tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 0, useGrouping: "always" })).format(n);

/**
 * A mean rating with two decimals; a dash for null.
 * @type {(n: number | null | undefined) => string}
 */
export const rating = (n) => (n === null || n === undefined ? NONE : format("rating", (tag) =>
  new Intl.NumberFormat(tag, { minimumFractionDigits: 2, maximumFractionDigits: 2 })).format(n));

/**
 * Stars as 3½; nothing for none.
 * @type {(stars: number | null) => string}
 */
export const inStars = (stars) => `${Math.floor(stars ?? 0) || ""}${(stars ?? 0) % 1 ? "½" : ""}`;

/**
 * A part from 0 to 1 in percent.
 * @type {(part: number) => string}
 */
export const percent = (part) =>
  format("percent", (tag) => new Intl.NumberFormat(tag, { style: "percent" })).format(part);

/**
 * "2024-05-01" as 1 May 2024; a dash for null.
 * @type {(iso: string | null) => string}
 */
export const day = (iso) =>
  (iso ? dates("day", { day: "numeric", month: "short", year: "numeric" }).format(new Date(iso)) : NONE);

/**
 * "2024-05" as May 2024.
 * @type {(iso: string) => string}
 */
export const month = (iso) => dates("month", { month: "long", year: "numeric" }).format(new Date(`${iso}-01`));

/**
 * Minutes as 2 h 28 min, from 100 hours on as 1,234 h.
 * @param {number} minutes
 */
export function hours(minutes) {
  const whole = Math.floor(minutes / 60);
  if (whole >= 100) return `${number(Math.round(minutes / 60))} h`;
  const rest = Math.round(minutes % 60);
  return [whole && `${whole} h`, (rest || !whole) && `${rest} min`].filter(Boolean).join(" ");
}

/**
 * The weekdays from Monday on; width is "short", "long" or "narrow".
 * @param {"short" | "long" | "narrow"} width
 */
export const weekdays = (width = "short") =>
  Array.from({ length: 7 }, (_, i) => // 1 January 2024 was a Monday
    dates(`weekday ${width}`, { weekday: width }).format(new Date(Date.UTC(2024, 0, 1 + i))));

/**
 * The months from January on; width is "short", "long" or "narrow".
 * @param {"short" | "long" | "narrow"} width
 */
export const monthNames = (width = "short") =>
  Array.from({ length: 12 }, (_, i) =>
    dates(`month ${width}`, { month: width }).format(new Date(Date.UTC(2024, i, 1))));
