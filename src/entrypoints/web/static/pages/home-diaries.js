// The diaries of a household as cards, a new one, and the first steps where there is none.

import { html, useState } from "../vendor/preact.js";
import { read, send, userPath } from "../lib/api.js";
import { hours, texts } from "../lib/i18n.js";
import { useData } from "../lib/live.js";
import { Link, Page, Section, navigate, pagePath } from "../lib/ui.js";
import words from "../texts/home.js";
import { FormProblem, fieldsOf, useSubmit } from "./form.js";

const t = texts(words);
const WITH_FIGURES = 24; // cards that ask for their diary's figures
const WITH_SEARCH = 12; // diaries from which on they can be searched

/**
 * Every diary that is there to open; at home a new one can be begun.
 * @param {{ diaries: string[], mode: Mode }} props
 */
export function Diaries({ diaries, mode }) {
  const [text, setText] = useState("");
  const found = diaries.filter((name) => name.toLowerCase().includes(text.trim().toLowerCase()));
  const { busy, problem, submit: signOut } = useSubmit(async () => {
    await send("DELETE", "/session");
    location.assign("/");
  });
  return html`
    <${Page} title=${t(diaries.length > 1 ? "diaries" : "diary")}
      actions=${mode === "server" && html`<button type="button" disabled=${busy} onClick=${signOut}>${t("sign_out")}</button>`}>
      <${FormProblem} problem=${problem} />
      ${diaries.length > WITH_SEARCH && html`
        <label class="field diary-search">${t("find")}
          <input type="search" value=${text} onInput=${(event) => setText(event.currentTarget.value)} /></label>`}
      <ul class="diaries">
        ${found.map((name, i) => html`
          <li key=${name}><${DiaryCard} name=${name} detailed=${i < WITH_FIGURES} /></li>`)}
      </ul>
      ${found.length === 0 && html`<p class="hint" role="status">${t("none_found")}</p>`}
      ${mode === "home" && html`
        <${Section} title=${t("new")} hint=${t("new_hint")}><${NewDiary} /><//>`}
    <//>`;
}

/** @param {{ name: string, detailed: boolean }} props */
function DiaryCard({ name, detailed }) {
  const { data } = useData(async () => (detailed ? read(userPath(name, "stats")) : null), [name, detailed]);
  return html`
    <${Link} class="card diary-card" href=${pagePath(name)}>
      <span class="diary-initial" aria-hidden="true">${Array.from(name)[0].toUpperCase()}</span>
      <span class="diary-text">
        <b>${name}</b>
        <small>${data ? figures(data) : " "}</small>
      </span>
    <//>`;
}

/** @param {Answer<"Stats">} stats */
const figures = ({ total_watched: plays, watch_time_minutes: minutes }) =>
  (plays ? `${t("plays", { n: plays })}${minutes ? ` · ${hours(minutes)}` : ""}` : t("empty_diary"));

function NewDiary() {
  /** @param {Submit} event */
  const begin = (event) => {
    event.preventDefault();
    navigate(pagePath(fieldsOf(event.currentTarget).name.trim()));
  };
  return html`
    <form class="new-diary" onSubmit=${begin}>
      <${NameField} />
      <button type="submit" class="primary">${t("begin")}</button>
    </form>`;
}

// The name stands in addresses: it holds no slash, and does not consist of dots or blanks.
const NAME = "(?!\\.+$)[^\\/]*[^\\/\\s][^\\/]*";

const NameField = () => html`
  <label class="field">${t("diary_name")}
    <input name="name" required maxlength="200" pattern=${NAME} title=${t("name_rule")} autocomplete="off" /></label>`;

/** What a new household does first: name a diary, then fill it. */
export function FirstSteps() {
  /** @param {Submit} event */
  const begin = (event) => {
    event.preventDefault();
    const name = fieldsOf(event.currentTarget).name.trim();
    navigate(pagePath(name, /** @type {HTMLButtonElement} */ (event.submitter).value));
  };
  return html`
    <${Page} title=${t("first_title")}>
      <p class="welcome-lead">${t("first_lead")}</p>
      <form class="first-steps" onSubmit=${begin}>
        <${NameField} />
        <div class="grid three">
          <${Step} title=${t("step_import")} text=${t("step_import_text")}>
            <button type="submit" value="import" class="primary">${t("step_import_do")}</button>
          <//>
          <${Step} title=${t("step_add")} text=${t("step_add_text")}>
            <button type="submit" value="diary">${t("step_add_do")}</button>
          <//>
          <${Step} title=${t("step_demo")} text=${t("step_demo_text")}><code>cinestats demo</code><//>
        </div>
      </form>
    <//>`;
}

/** @param {{ title: string, text: string, children?: Child }} props */
const Step = ({ title, text, children }) => html`
  <section class="card step"><h2>${title}</h2><p>${text}</p>${children}</section>`;
