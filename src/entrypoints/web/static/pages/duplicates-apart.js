// Plays that somebody keeps apart. It is remembered in this browser: nothing of the diary
// changes by it.

/** @type {(user: string) => string} */
const keptIn = (user) => `cinestats.apart.${user}`;
/** @type {(user: string) => string[]} */
const kept = (user) => JSON.parse(localStorage.getItem(keptIn(user)) ?? "[]");
/** @type {(user: string, ids: string[]) => void} */
const keep = (user, ids) => localStorage.setItem(keptIn(user), JSON.stringify(ids));

/**
 * What a group of plays is known by.
 * @type {(plays: Play[]) => string}
 */
export const idOf = (plays) => plays.map((entry) => entry.entry_id).toSorted().join(" ");

/**
 * Keep plays apart; returns what takes it back.
 * @type {(user: string, plays: Play[]) => () => void}
 */
export function keepApart(user, plays) {
  const id = idOf(plays);
  keep(user, [...kept(user), id]);
  return () => keep(user, kept(user).filter((other) => other !== id));
}

/**
 * The groups that nobody has kept apart.
 * @type {(user: string, groups: Play[][]) => Play[][]}
 */
export function stillDoubted(user, groups) {
  const apart = new Set(kept(user));
  return groups.filter((plays) => !apart.has(idOf(plays)));
}
