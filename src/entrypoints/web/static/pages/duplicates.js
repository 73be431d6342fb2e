// Plays of one film on one day that may be one: side by side, to be made one or kept apart.

import { html, useState } from "../vendor/preact.js";
import { read, send, userPath } from "../lib/api.js";
import { day, texts } from "../lib/i18n.js";
import { useData } from "../lib/live.js";
import { sayDone, takeBack } from "../lib/undo.js";
import { Empty, Link, Loading, Page, Poster, Stars, Trouble, pagePath, toast } from "../lib/ui.js";
import words from "../texts/review.js";
import { titled } from "./diary-match.js";

const t = texts(words);

/** @param {PageProps} props */
export default function Duplicates({ user }) {
  const { data, error, reload } = useData(() => read(userPath(user, "duplicates")), [user]);
  const [busy, setBusy] = useState(false);
  const groups = data?.items.map(({ entries }) => [...entries]);

  /**
   * @param {Play} kept
   * @param {Play[]} plays
   */
  const merge = async (kept, plays) => {
    setBusy(true);
    /** @type {string[]} */
    const causes = [];
    try {
      for (const { entry_id: drop } of plays.filter((play) => play !== kept)) {
        const { undo } = await send("POST", userPath(user, "duplicates", "merge"), { keep: kept.entry_id, drop });
        causes.push(undo);
      }
    } catch (problem) {
      toast(/** @type {Failure} */ (problem).message);
    }
    await reload();
    setBusy(false);
    if (causes.length) sayDone(t("merged", { title: titled(kept) }), () => takeBack(user, causes), { onUndone: reload });
  };

  /** @param {Play[]} plays */
  const keepAll = async (plays) => {
    setBusy(true);
    try {
      const entries = plays.map((play) => play.entry_id);
      const { undo, failed } = await send("POST", userPath(user, "duplicates", "keep"), { entries });
      if (failed.length) toast(failed[0].reason);
      else if (undo) sayDone(t("kept_apart", { title: titled(plays[0]) }), () => takeBack(user, [undo]), { onUndone: reload });
    } catch (problem) {
      toast(/** @type {Failure} */ (problem).message);
    }
    await reload();
    setBusy(false);
  };

  return html`
    <${Page} title=${t("twins")} actions=${html`<${Link} href=${pagePath(user, "diary")} class="button">${t("to_diary")}<//>`}>
      ${error && html`<${Trouble} error=${error} retry=${reload} />`}
      ${!data && !error && html`<${Loading} lines=${6} />`}
      ${groups?.length === 0 && html`<${Empty} title=${t("no_twins")}><p>${t("no_twins_hint")}</p><//>`}
      ${groups && groups.length > 0 && html`
        <p class="hint">${t("twins_hint")}</p>
        <ul class="twins" aria-busy=${busy}>
          ${groups.map((plays) => html`
            <li key=${plays[0].entry_id} class="card" aria-label=${titled(plays[0])}>
              <header class="twins-head">
                <div class="doubt-poster"><${Poster} url=${plays[0].poster_url} title=${plays[0].name} /></div>
                <div><h2>${titled(plays[0])}</h2><p class="hint">${day(plays[0].watched_date)}</p></div>
              </header>
              <ol class="twins-plays">
                ${plays.map((play, i) => html`
                  <li key=${play.entry_id}>
                    <${Facts} play=${play} />
                    <button type="button" disabled=${busy} aria-label=${t("merge_into", { n: i + 1, title: titled(play) })}
                      onClick=${() => merge(play, plays)}>${t("merge")}</button>
                  </li>`)}
              </ol>
              <button type="button" class="quiet" disabled=${busy} onClick=${() => keepAll(plays)}>
                ${plays.length === 2 ? t("keep_both") : t("keep_apart", { n: plays.length })}</button>
            </li>`)}
        </ul>`}
    <//>`;
}

// What the plays differ in, in the same order.
/** @param {{ play: Play }} props */
function Facts({ play }) {
  const { source, rating, rewatch, liked, tags, place, company, review, added_on } = play;
  /** @type {[string, Hole][]} */
  const facts = [
    [t("title_there"), source?.title ?? play.name],
    [t("from"), source ? source.service : t("by_hand")],
    [t("added_on"), day(added_on)],
    [t("rewatch"), rewatch && t("yes")],
    [t("liked"), liked && t("yes")],
    [t("tags"), tags.join(", ")],
    [t("place"), place],
    [t("company"), company],
    [t("written"), review && (review.length > 120 ? `${review.slice(0, 120)} …` : review)],
  ];
  return html`
    <p class="twins-rating"><${Stars} value=${rating} /></p>
    <dl class="twins-facts">
      ${facts.filter(([, value]) => value).map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd>${value}</dd></div>`)}
    </dl>`;
}
