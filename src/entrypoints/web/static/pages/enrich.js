// Films without details that the catalogue knows by now: how many, and their completion.

import { html, useEffect, useState } from "../vendor/preact.js";
import { send, userPath } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { takeBack } from "../lib/undo.js";
import { Link, Trouble, pagePath } from "../lib/ui.js";
import words from "../texts/enrich.js";

const t = texts(words);

/** @type {(play: { director: readonly string[], genres: readonly string[], duration: number | null }) => boolean} */
export const lacksDetails = ({ director, genres, duration }) => !director.length || !genres.length || !duration;

/**
 * The offer to complete the diary's films; nothing where the catalogue has nothing to add.
 * @param {{ user: string, onChange?: () => void }} props
 */
export function Enrich({ user, onChange }) {
  const [offer, setOffer] = useState(/** @type {Enriched | null} */ (null));
  const [done, setDone] = useState(/** @type {Enriched | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {Failure | null} */ (null));
  /** @param {boolean} dry */
  const enrich = (dry) => send("POST", userPath(user, "enrich"), { source: "catalogue", refresh: false, dry_run: dry });
  useEffect(() => {
    let wanted = true;
    // It is only an offer: where it cannot be worked out, nothing is said.
    enrich(true).then((found) => wanted && setOffer(found), () => setOffer(null));
    return () => {
      wanted = false;
    };
  }, [user]);

  /** @param {() => Promise<void>} work */
  const doing = async (work) => {
    setBusy(true);
    setError(null);
    try {
      await work();
      onChange?.();
    } catch (problem) {
      setError(/** @type {Failure} */ (problem));
    }
    setBusy(false);
  };
  const complete = () => doing(async () => setDone(await enrich(false)));
  const undo = () => doing(async () => {
    await takeBack(user, done?.undo ? [done.undo] : []);
    setDone(null);
  });
  const shown = done ?? offer;
  if (shown === null || (!done && !shown.completed)) return null;
  return html`
    <section class="card enrich" aria-label=${t("title")}>
      <div role="status">
        <p class="enrich-said">${done ? t("done", { n: done.completed }) : t("offer", { n: shown.films })}</p>
        <p class="hint">${done ? t("done_hint") : t("offer_hint", { n: shown.completed })}
          ${shown.ambiguous > 0 && html` <${Link} href=${pagePath(user, "review")}>${t("ambiguous", { n: shown.ambiguous })}<//>`}
          ${done && done.not_found > 0 && html` ${t("not_found", { n: done.not_found })}`}
          ${done && done.failed > 0 && html` ${t("failed", { n: done.failed })}`}</p>
      </div>
      ${done
        ? done.undo && html`<button type="button" disabled=${busy} onClick=${undo}>${t("undo")}</button>`
        : html`<button type="button" class="primary" disabled=${busy} onClick=${complete}>
            ${busy ? t("completing") : t("complete", { n: shown.completed })}</button>`}
      ${error && html`<${Trouble} error=${error} />`}
    </section>`;
}
