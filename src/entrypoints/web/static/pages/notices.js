// Where the facts and posters of films may come from, in the words that each source asks for.

import { html } from "../vendor/preact.js";
import { texts } from "../lib/i18n.js";
import { Page, Section } from "../lib/ui.js";
import words from "../texts/notices.js";

const t = texts(words);

/** @type {{ name: string, href: string, text: "wikidata" | "commons" | "tmdb" | "imdb", said?: string }[]} */
const SOURCES = [
  { name: "Wikidata", href: "https://www.wikidata.org/", text: "wikidata" },
  { name: "Wikimedia Commons", href: "https://commons.wikimedia.org/", text: "commons" },
  {
    name: "The Movie Database (TMDB)", href: "https://www.themoviedb.org/", text: "tmdb",
    said: "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise approved by TMDB.",
  },
  {
    name: "IMDb", href: "https://www.imdb.com/", text: "imdb",
    said: "Information courtesy of IMDb (https://www.imdb.com). Used with permission.",
  },
];

export default function Notices() {
  return html`
    <${Page} title=${t("title")}>
      <p>${t("text")}</p>
      ${SOURCES.map(({ name, href, text, said }) => html`
        <${Section} key=${name} class="card" title=${name}>
          ${said && html`<p lang="en">${said}</p>`}
          <p>${t(text)}</p>
          <p><a href=${href} rel="noreferrer">${href}</a></p>
        <//>`)}
    <//>`;
}
