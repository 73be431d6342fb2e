// Today, and days counted from it: by the diary's clock, not that of the reader's machine.

/** @type {string | undefined} */
let zone; // of the reader, until the server says which one it goes by

/**
 * Go by the time zone of this name from now on.
 * @param {string} name
 */
export const setZone = (name) => {
  zone = name;
};

/** The name of the zone that days are of, such as "Europe/Rome". */
export const zoneName = () => zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Whether the reader's machine goes by another zone. */
export const isElsewhere = () => Intl.DateTimeFormat().resolvedOptions().timeZone !== zoneName();

/** Today as "2024-05-01". */
export const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(new Date()); // Swedish days are ISO's

/**
 * The day `months` before today; of a shorter month its last day.
 * @param {number} months
 */
export function monthsAgo(months) {
  const [year, month, day] = today().split("-").map(Number);
  const last = new Date(Date.UTC(year, month - months, 0));
  last.setUTCDate(Math.min(day, last.getUTCDate()));
  return last.toISOString().slice(0, 10);
}
