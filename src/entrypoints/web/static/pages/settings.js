// Settings: who may see the diary, what programs may do with it, taking it along, leaving.

import { html } from "../vendor/preact.js";
import { address, read, userPath } from "../lib/api.js";
import { texts } from "../lib/i18n.js";
import { useData } from "../lib/live.js";
import { Empty, Loading, Page, Section, Trouble } from "../lib/ui.js";
import words from "../texts/settings.js";
import { Account } from "./settings-account.js";
import { Appearance } from "./settings-appearance.js";
import { Hooks } from "./settings-hooks.js";
import { Identity } from "./settings-identity.js";
import { Privacy } from "./settings-privacy.js";
import { Quota } from "./settings-quota.js";
import { Tokens } from "./settings-tokens.js";
import { Webhooks } from "./settings-webhooks.js";

const t = texts(words);
const EXPORTS = /** @type {const} */ (["letterboxd", "jsonl", "json"]);

/** @param {PageProps} props */
export default function Settings({ user, session, query }) {
  const { data, error, reload } = useData(() => Promise.all([
    read(userPath(user, "settings")), read(userPath(user, "identity")),
  ]), [user]);
  const [settings, identity] = data ?? [];
  if (error?.status === 404) {
    return html`
      <${Page} title=${t("title")}><${Empty} title=${t("closed")}><p>${t("closed_text")}</p><//><//>`;
  }
  return html`
    <${Page} title=${t("title")}>
      ${error && html`<${Trouble} error=${error} retry=${reload} />`}
      ${!data && !error && html`<${Loading} lines=${10} />`}
      ${settings && identity && html`
        <div class="settings">
          <${Privacy} user=${user} settings=${settings} mode=${session.mode} onChange=${reload} />
          <${Appearance} />
          <${Exports} user=${user} />
          <${Tokens} user=${user} />
          <${Hooks} user=${user} />
          <${Webhooks} user=${user} />
          ${identity.provider !== null && html`
            <${Identity} user=${user} identity=${identity} query=${query} onChange=${reload} />`}
          ${session.mode === "server" && html`<${Quota} user=${user} />`}
          <${Account} user=${user} session=${session} hasPassword=${identity.password} />
        </div>`}
    <//>`;
}

/** @param {{ user: string }} props */
function Exports({ user }) {
  return html`
    <${Section} title=${t("export")} hint=${t("export_hint")}>
      <ul class="card rows">
        ${EXPORTS.map((format) => html`
          <li key=${format} class="item">
            <div><b>${t(format)}</b><p class="hint">${t(`${format}_text`)}</p></div>
            <a class="button" download href=${address(userPath(user, "export"), { format })}
              aria-label=${t("download_what", { what: t(format) })}>${t("download")}</a>
          </li>`)}
      </ul>
    <//>`;
}
