// Compare: two diaries side by side, as far as both allow it.

import { html, useEffect, useState } from "../vendor/preact.js";
import { read, userPath } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { useData, useLive } from "../lib/live.js";
import { Empty, Link, Loading, Page, Trouble, navigate, pagePath } from "../lib/ui.js";
import words from "../texts/compare.js";
import { OnlyOne, RatedByBoth } from "./compare-films.js";
import { Overlap, RatingDistance } from "./compare-figures.js";
import { fieldsOf } from "./form.js";

const t = texts(words);

/** @param {PageProps} props */
export default function Compare({ user, params, session }) {
  const { other } = params;
  const known = session.diaries.filter((name) => name !== user);
  return other
    ? html`<${SideBySide} user=${user} other=${other} />`
    : html`
      <${Page} title=${t("title")}>
        <p class="compare-lead">${t("lead")}</p>
        ${known.length > 0 && html`
          <ul class="compare-known" aria-label=${t("known")}>
            ${known.map((name) => html`
              <li key=${name}><${Link} class="button" href=${pagePath(user, "compare", name)}>${name}<//></li>`)}
          </ul>`}
        <${Chooser} user=${user} label=${t(known.length ? "somebody_else" : "somebody")} />
      <//>`;
}

/** @param {{ user: string, label: string }} props */
function Chooser({ user, label }) {
  /** @param {Submit} event */
  const choose = (event) => {
    event.preventDefault();
    navigate(pagePath(user, "compare", fieldsOf(event.currentTarget).other.trim()));
  };
  return html`
    <form class="compare-chooser" onSubmit=${choose}>
      <label class="field">${label}
        <input name="other" required maxlength="200" pattern=".*\\S.*" autocomplete="off"
          autocapitalize="none" spellcheck="false" /></label>
      <button type="submit" class="primary">${t("compare")}</button>
    </form>`;
}

/** @param {{ user: string, other: string }} props */
function SideBySide({ user, other }) {
  const position = useLive(user);
  const [readable, setReadable] = useState(false); // only then the other's changes are followed
  const otherPosition = useLive(readable ? other : null);
  const { data, error, loading, reload } = useData(
    () => read(userPath(user, "compare", other)), [user, other, position, otherPosition],
  );
  useEffect(() => setReadable(data !== null), [data]);
  const another = html`<${Link} class="button" href=${pagePath(user, "compare")}>${t("another")}<//>`;
  // A diary that is private looks like one that is not there, and neither is told apart here.
  if (error?.status === 404) {
    return html`
      <${Page} title=${t("title")}>
        <${Empty} title=${t("closed")}><p>${t("closed_text", { other })}</p>
          <${Chooser} user=${user} label=${t("somebody_else")} /><//>
      <//>`;
  }
  return html`
    <${Page} title=${t("pair", { user, other })} actions=${another}>
      ${error && html`<${Trouble} error=${error} retry=${reload} />`}
      ${!data && !error && html`<${Loading} lines=${8} />`}
      ${data && html`
        <div class=${loading ? "busy" : ""} aria-busy=${loading}>
          ${data.films && data.other_films
            ? html`
              <div class="grid two compare-figures">
                <${Overlap} data=${data} />
                <${RatingDistance} data=${data} />
              </div>
              <${RatedByBoth} data=${data} />
              <${OnlyOne} data=${data} />`
            : html`
              <${Empty} title=${t("empty")}>
                <p>${t("empty_text", { who: data.films ? other : user })}</p><//>`}
        </div>`}
    <//>`;
}
