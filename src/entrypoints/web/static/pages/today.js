// Today where the reader is, and days counted from it.

/** Today as "2024-05-01". */
export const today = () => iso(new Date());

/**
 * The day `months` before today; of a shorter month its last day.
 * @param {number} months
 */
export function monthsAgo(months) {
  const now = new Date();
  const last = new Date(now.getFullYear(), now.getMonth() - months + 1, 0);
  return iso(new Date(last.getFullYear(), last.getMonth(), Math.min(now.getDate(), last.getDate())));
}

/** @type {(date: Date) => string} */
const iso = (date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
