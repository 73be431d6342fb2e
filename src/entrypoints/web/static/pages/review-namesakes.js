// Which doubts need no thought: only one of the films has exactly the title of the play.

/**
 * A title without case, accents, blanks and punctuation.
 * @type {(title: string) => string}
 */
const plain = (title) => title.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/**
 * The only candidate of exactly the play's title; null for none or several.
 * @type {(doubt: Doubt) => Candidate | null}
 */
export function onlyNamesake({ why, entries: [{ name }], candidates }) {
  const namesakes = candidates.filter((film) => plain(film.name) === plain(name));
  return why === "suggestion" && plain(name) && namesakes.length === 1 ? namesakes[0] : null;
}
