// Changes that can be taken back: each is said in passing, with a button that undoes it.

import { send, userPath } from "./api.js";
import { texts } from "./i18n.js";
import { toast } from "./ui.js";

const t = texts({
  en: { undo: "Undo", undone: "It is undone.", too_late: "That was changed since: there is nothing to undo." },
  it: { undo: "Annulla", undone: "È annullato.", too_late: "Nel frattempo è cambiato: non c’è nulla da annullare." },
});

/**
 * Take back what was done under these causes, the latest first; how many changes that were.
 * @param {string} user
 * @param {string[]} causes
 */
export async function takeBack(user, causes) {
  let taken = 0;
  for (const cause of causes.toReversed()) {
    const { undone } = await send("POST", userPath(user, "imports", cause, "undo"));
    taken += undone;
  }
  return taken;
}

/**
 * Say what was done, with a button that does `undo()`; `onUndone` is called once it has. A
 * promise of 0 says that there was nothing to undo any more.
 * @param {string} text
 * @param {() => Promise<unknown>} undo
 * @param {{ onUndone?: () => void, said?: string }} after
 */
export function sayDone(text, undo, { onUndone, said } = {}) {
  const onAction = async () => {
    try {
      toast(await undo() === 0 ? t("too_late") : said ?? t("undone"));
    } catch (problem) {
      toast(/** @type {Failure} */ (problem).message);
    }
    onUndone?.();
  };
  toast(text, { action: t("undo"), onAction });
}
